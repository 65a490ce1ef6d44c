import type { PublishGrant, SourceRole } from '../contract';
import { parseAvcDecoderConfig, parseSps } from '../codec/h264/h264';
import { GopCache, isFrame, type MediaUnit } from '../stream';

/** Sound without any picture for this long makes an audio-only source, ms. */
const AUDIO_ONLY_AFTER_MS = 1000;
/** Pictures without any sound for this long make a source without sound, ms: its header may come a little later. */
const SILENT_AFTER_MS = 500;

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
  private maxPtsMs = -Infinity;
  private firstAudioMs: number | null = null;
  private audioOnly = false;
  /** Its first keyframe, and its last picture, by DTS, ms. */
  private firstPictureMs: number | null = null;
  private pictureMs = 0;

  constructor(
    readonly grant: PublishGrant,
    /** Rises with every publisher of the channel: later is newer. */
    readonly order: number,
    /** Tells the publisher that the hub has closed it. */
    readonly onClose: (reason: SourceCloseReason) => void,
  ) {
    this.role = grant.role;
    this.epoch = grant.epoch;
  }

  /** Has all that viewers need to decode it. */
  get ready(): boolean {
    return this.audioOnly || (this.firstPictureMs !== null && !this.awaitsSound(this.firstPictureMs));
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
    if (unit.kind === 'video') {
      if (unit.keyframe && this.video) this.firstPictureMs ??= unit.dtsMs;
      this.pictureMs = unit.dtsMs;
      this.audioOnly = false;
      this.beginsGroup = unit.ptsMs > this.maxPtsMs;
      this.reorders ||= !this.beginsGroup;
      this.maxPtsMs = Math.max(this.maxPtsMs, unit.ptsMs);
    } else if (this.audio && !this.video) {
      this.firstAudioMs ??= unit.dtsMs;
      this.audioOnly = unit.dtsMs - this.firstAudioMs >= AUDIO_ONLY_AFTER_MS;
    }
  }

  /** May viewers be switched to this source with this unit? */
  isStart(unit: MediaUnit): boolean {
    if (!this.ready) return false;
    return unit.kind === 'video' ? unit.keyframe : unit.kind === 'audio' && this.audioOnly;
  }

  private awaitsSound(firstPictureMs: number): boolean {
    return this.audio === null && this.pictureMs - firstPictureMs < SILENT_AFTER_MS;
  }

  /** Picture size in pixels and frames per second (0: unknown); null without video. */
  get videoInfo(): { width: number; height: number; fps: number } | null {
    const sps = this.video && parseAvcDecoderConfig(this.video)?.sps[0];
    const info = sps ? parseSps(sps) : null;
    return info && { width: info.width, height: info.height, fps: info.fps || this.fpsHint };
  }
}

/** Is `a` to be preferred over `b`? The higher epoch, and of the same the newer. */
export function outranks(a: Source, b: Source): boolean {
  return a.epoch !== b.epoch ? a.epoch > b.epoch : a.order > b.order;
}
