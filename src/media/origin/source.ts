import type { StreamTransport } from '../../contracts';
import type { PublishGrant, SourceRole, StreamSnapshot, VideoSnapshot } from '../contract';
import { pictureInfoOf } from '../codec/h264/h264';
import { colourSpaceOf } from '../../shared/colour';
import { GopCache, isFrame, type MediaUnit, type VideoUnit } from '../stream';
import { KeyframeInterval } from './keyframe-interval';
import { StreamMeter } from './stream-meter';
import { LastTold, streamSnapshot } from './stream-snapshot';
import { MAX_STEP_BACK_MS } from './timeline';

/** Sound without any picture for this long makes an audio-only source, ms. */
const AUDIO_ONLY_AFTER_MS = 1000;

export type SourceCloseReason = 'ended' | 'superseded' | 'disconnected' | 'closed';

/** One publisher as the hub sees it: who it is, and what is needed to put it on the air. */
export class Source {
  readonly role: SourceRole;
  /** Its grant's, until it is promoted. */
  epoch: number;
  video: Buffer | null = null;
  audio: Buffer | null = null;
  /** Frames per second by its metadata, for encoders whose SPS doesn't tell; 0: unknown. */
  fpsHint = 0;
  readonly gop = new GopCache();
  /** Its frames come in another order than they are shown in (B-frames). */
  reorders = false;
  /** The last video frame is shown after all before it; those between are still to come, when it `reorders`. */
  beginsGroup = false;
  private readonly keyframeInterval = new KeyframeInterval();
  private readonly meter = new StreamMeter(performance.now());
  private readonly told = new LastTold();
  private maxPtsMs = -Infinity;
  private lastDtsMs = -Infinity;
  private firstAudioMs: number | null = null;
  private audioOnly = false;
  private hadKeyframe = false;

  constructor(
    readonly grant: PublishGrant,
    /** Rises with every publisher of the channel: later is newer. */
    readonly order: number,
    /** Tells the publisher that the hub has closed it. */
    readonly onClose: (reason: SourceCloseReason) => void,
    private readonly transport: StreamTransport,
  ) {
    this.role = grant.role;
    this.epoch = grant.epoch;
  }

  /** Has all that viewers need to decode it. */
  get ready(): boolean {
    return this.hadKeyframe || this.audioOnly;
  }

  /** Takes note of a unit. */
  remember(unit: MediaUnit): void {
    if (unit.kind === 'video-config') {
      this.video = unit.config;
      this.gop.clear(); // frames of the old configuration
    }
    if (unit.kind === 'audio-config') this.audio = unit.config;
    if (!isFrame(unit)) return;
    this.gop.push(unit);
    this.meter.take(unit, performance.now());
    if (unit.kind === 'video') {
      this.hadKeyframe ||= unit.keyframe && this.video !== null;
      this.audioOnly = false;
      this.learnOrder(unit);
      this.keyframeInterval.take(unit);
    } else if (this.audio && !this.video) {
      this.firstAudioMs ??= unit.dtsMs;
      this.audioOnly ||= unit.dtsMs - this.firstAudioMs >= AUDIO_ONLY_AFTER_MS;
    }
  }

  /** It has no pictures any more: with its next frame of sound it can be put on the air. */
  dropVideo(): void {
    this.video = null;
    this.gop.clear();
    this.hadKeyframe = this.reorders = false;
    this.maxPtsMs = -Infinity;
    this.audioOnly = this.audio !== null;
  }

  private learnOrder({ dtsMs, ptsMs }: VideoUnit): void {
    // A clock that was put back says nothing of the order of pictures.
    if (dtsMs < this.lastDtsMs - MAX_STEP_BACK_MS) this.maxPtsMs = -Infinity;
    this.lastDtsMs = dtsMs;
    this.beginsGroup = ptsMs > this.maxPtsMs;
    this.reorders ||= !this.beginsGroup;
    this.maxPtsMs = Math.max(this.maxPtsMs, ptsMs);
  }

  /** May viewers be switched to this source with this unit? */
  isStart(unit: MediaUnit): boolean {
    if (!this.ready) return false;
    return unit.kind === 'video'
      ? unit.keyframe
      : unit.kind === 'audio' && this.audioOnly && this.video === null;
  }

  /** Null without video. */
  get videoInfo(): VideoSnapshot | null {
    const info = this.video && pictureInfoOf(this.video);
    if (!info) return null;
    const { width, height, fps } = info;
    const colour = colourSpaceOf(info.colour?.matrix);
    return {
      width,
      height,
      fps: fps || this.fpsHint,
      keyframeIntervalMs: this.keyframeIntervalMs,
      ...(colour && { colour }),
    };
  }

  /** What it sends, as control is told of it. */
  get streamInfo(): StreamSnapshot {
    const now = performance.now();
    const { video, audio } = this;
    const stream = {
      transport: this.transport,
      reorders: this.reorders,
      video,
      audio,
      fpsHint: this.fpsHint,
    };
    return this.told.of(streamSnapshot(stream, this.meter.read(now)), now);
  }

  /** KeyframeInterval.ms */
  get keyframeIntervalMs(): number {
    return this.keyframeInterval.ms;
  }
}

/** Is `a` to be preferred over `b`? The higher epoch, and of the same the newer. */
export function outranks(a: Source, b: Source): boolean {
  return a.epoch !== b.epoch ? a.epoch > b.epoch : a.order > b.order;
}
