import { EventEmitter } from 'node:events';
import type { EventStreamMessage, StreamTransport } from '../../contracts';
import type { ChannelSnapshot, PublishGrant, SourceRole } from '../contract';
import { isFrame, Stream, type MediaFrame, type MediaUnit } from '../stream';
import { PictureEvents } from './picture-events';
import { PictureTrack } from './picture-track';
import { SoundTrack } from './sound-track';
import { outranks, Source, type SourceCloseReason } from './source';
import { JOIN_LEAD_MS, Timeline } from './timeline';

export interface ChannelOptions {
  /** Viewers of a channel whose last source has gone are kept for this long, ms. */
  graceMs: number;
}

/** Where control says that a source is coming, viewers are kept for this long at least, ms. */
const AWAITED_MS = 60_000;
/** How long before a new source's first picture players are told of it, ms: within the gap, before its first DTS. */
const DISCONTINUITY_LEAD_MS = 15;
const CONFIG_LEAD_MS = JOIN_LEAD_MS;

/**
 * One channel of the hub: which publisher is on the air (README, "Who is on the air"). `change` carries what control
 * wants to know; `end` says that the channel went off the air and its viewers are to be ended, `anew` that they are to
 * begin anew: there was sound alone, and there are pictures now, which no player takes that wasn't told of them.
 */
export class Channel extends EventEmitter<{ change: []; end: []; anew: [] }> {
  readonly stream = new Stream();
  private readonly timeline = new Timeline();
  private readonly sound = new SoundTrack();
  private readonly events = new PictureEvents();
  private readonly pictures = new PictureTrack();
  private readonly sources = new Set<Source>();
  private active: Source | null = null;
  /**
   * The active source has another configuration, which goes out with its next keyframe: `all`, nothing does until then;
   * `audio`, pictures and silence go on; `video`, sound and black pictures do.
   */
  private pending: 'all' | 'audio' | 'video' | null = null;
  /** Will be put on the air when the active source, which has B-frames, has completed what it sent. */
  private next: Source | null = null;
  /** While viewers are held: what they saw last. */
  private held: { role: SourceRole; epoch: number } | null = null;
  private graceTimer: NodeJS.Timeout | null = null;
  private isAwaited = false;
  private orders = 0;

  constructor(
    readonly id: string,
    private readonly options: ChannelOptions,
  ) {
    super();
  }

  /** Is a source to come when the last one has gone? Holds for viewers who are held now, too. */
  set awaited(awaited: boolean) {
    if (awaited === this.isAwaited) return;
    this.isAwaited = awaited;
    if (this.graceTimer) this.startGrace();
  }

  get onAir(): boolean {
    return this.active !== null || this.held !== null;
  }

  /** Nobody publishes and no viewer is held. */
  get idle(): boolean {
    return this.sources.size === 0 && !this.onAir;
  }

  /** Adds a granted publisher; `onClose` is called when the hub closes it for a reason of its own. */
  publish(
    grant: PublishGrant,
    onClose: (reason: SourceCloseReason) => void,
    transport: StreamTransport = 'rtmp',
  ): Source {
    const source = new Source(grant, ++this.orders, onClose, transport);
    this.sources.add(source);
    this.emit('change');
    return source;
  }

  /** A unit of a publisher. Units of a source that was closed are ignored. */
  write(source: Source, unit: MediaUnit): void {
    if (!this.sources.has(source)) return;
    const { ready: wasReady, keyframeIntervalMs } = source;
    source.remember(unit);
    const isStart = isFrame(unit) && source.isStart(unit);
    const goesOn = source === this.active && this.pending !== 'all';
    if (goesOn && !(this.pending && isStart)) this.forward(unit);
    else if (isStart && this.mayTakeOver(source)) this.admit(source, unit);
    if (source.ready && !wasReady) this.becomeReady(source);
    if (source === this.active && source.keyframeIntervalMs !== keyframeIntervalMs) this.emit('change');
  }

  /** The publisher says that it has no pictures any more. Its next frame of sound is like that of another source. */
  dropVideo(source: Source): void {
    source.dropVideo();
    if (source !== this.active) return;
    this.pending = 'all';
    // Nothing is left to complete.
    if (this.next) this.takeOver(this.next);
  }

  /** The publisher has gone. Idempotent. */
  remove(source: Source): void {
    if (!this.sources.delete(source)) return;
    if (source === this.next) this.next = null;
    if (source === this.active) this.replaceActive();
    this.emit('change');
  }

  /**
   * Lifts the newest publisher of a role to at least this epoch; false when there is none.
   * @param from only one of this epoch
   */
  promote(role: SourceRole, epoch: number, from?: number): boolean {
    const fits = (source: Source) => source.role === role && (from === undefined || source.epoch === from);
    const source = best([...this.sources].filter(fits));
    if (!source) return false;
    if (epoch > source.epoch) {
      source.epoch = epoch;
      this.emit('change');
    }
    return true;
  }

  /** Closes the publishers of a role; false when there is none. */
  disconnect(role: SourceRole): boolean {
    const found = [...this.sources].filter((source) => source.role === role);
    for (const source of found) this.dismiss(source, 'disconnected');
    return found.length > 0;
  }

  /** Closes the publishers whose grants aren't good any more. */
  dismissIf(isVoid: (grant: PublishGrant) => boolean): void {
    for (const source of [...this.sources]) if (isVoid(source.grant)) this.dismiss(source, 'disconnected');
  }

  /**
   * Closes publishers up to this epoch and, where no newer one is left, ends the viewers without grace; false when
   * there was neither.
   */
  end(epoch: number): boolean {
    const over = [...this.sources].filter((source) => source.epoch <= epoch);
    for (const source of over) this.dismiss(source, 'closed');
    const held = this.held !== null && this.sources.size === 0;
    if (held) this.goOffAir();
    return held || over.length > 0;
  }

  /** Puts an event into the next picture; false where no pictures are on the air. The same event again does nothing. */
  addEvent(event: EventStreamMessage): boolean {
    if (!this.active?.video) return false;
    this.events.add(event);
    return true;
  }

  /** While viewers are held `source` stays what they saw last. */
  snapshot(viewers: number): Omit<ChannelSnapshot, 'settings' | 'relay'> {
    const current = this.active ?? this.held;
    return {
      channelId: this.id,
      source: current?.role ?? 'none',
      epoch: current?.epoch ?? 0,
      publishers: [...this.sources].map((source) => ({
        role: source.role,
        epoch: source.epoch,
        active: source === this.active,
        ready: source.ready,
      })),
      viewers,
      video: this.active?.videoInfo ?? null,
      stream: this.active?.streamInfo ?? null,
    };
  }

  /** Closes every publisher and ends the viewers. Idempotent. */
  close(): void {
    for (const source of [...this.sources]) {
      this.sources.delete(source);
      source.onClose('closed');
    }
    this.active = null;
    this.goOffAir();
  }

  private mayTakeOver(source: Source): boolean {
    return this.active === null || source === this.active || outranks(source, this.active);
  }

  private becomeReady(source: Source): void {
    this.supersede(source);
    if (source !== this.active) this.emit('change');
  }

  /** A newer publisher of the same role with a keyframe in hand replaces the older ones: an encoder came back. */
  private supersede(source: Source): void {
    for (const other of [...this.sources]) {
      if (other !== source && other.role === source.role && outranks(source, other))
        this.dismiss(other, 'superseded');
    }
  }

  private dismiss(source: Source, reason: SourceCloseReason): void {
    this.remove(source);
    source.onClose(reason);
  }

  /** Puts a source on the air that has just sent a frame to start with, at once or as soon as it leaves no hole. */
  private admit(source: Source, start: MediaFrame): void {
    const { active } = this;
    if (!active?.reorders || active === source) this.takeOver(source, start);
    else if (!this.next || outranks(source, this.next)) this.next = source;
  }

  private takeOver(source: Source, start?: MediaFrame): void {
    const frames = source.gop.frames;
    if (frames.length === 0 && !start) return; // its GOP outgrew the cache while it waited; its next keyframe will do
    this.activate(source);
    if (frames.length > 0) this.catchUp(frames);
    else if (start) {
      this.timeline.join(start);
      this.send(start);
    }
    this.emit('change');
  }

  private catchUp(gop: readonly MediaFrame[]): void {
    for (const frame of this.timeline.catchUp(gop)) {
      this.writeMade(this.sound.bridgeTo(frame.dtsMs));
      this.stream.write(frame);
    }
  }

  private activate(source: Source): void {
    this.active = source;
    this.pending = null;
    this.next = null;
    this.held = null;
    this.stopGrace();
    this.announce(source, this.timeline.nextJoinMs);
  }

  /** Configurations that differ from what viewers have, after the mark that lets players finish what they hold. */
  private announce(source: Source, startMs: number): void {
    const { stream } = this;
    const dtsMs = startMs - CONFIG_LEAD_MS;
    const first = stream.video === null && stream.audio === null;
    const sound = source.audio ?? this.sound.silentConfig(stream.audio);
    const picture = source.video ?? this.pictures.blackConfig(stream.video);
    const video = differs(picture, stream.video);
    const audio = differs(sound, stream.audio);
    if (video && !first && stream.video === null) this.emit('anew');
    if ((video || audio) && !first)
      stream.write({
        kind: 'discontinuity',
        dtsMs: startMs - DISCONTINUITY_LEAD_MS,
        ...(audio && stream.audio && { sound: { before: stream.audio, after: sound } }),
      });
    if (video) stream.write({ kind: 'video-config', dtsMs, config: picture! });
    if (audio) stream.write({ kind: 'audio-config', dtsMs, config: sound });
    this.sound.begin(startMs, sound, source.audio !== null);
    this.pictures.begin(startMs, source.video !== null);
  }

  private forward(unit: MediaUnit): void {
    if (isFrame(unit)) {
      // Every picture before this one is complete: cutting here loses no B-frames.
      if (this.next && unit.kind === 'video' && this.active?.beginsGroup) this.takeOver(this.next);
      else if (unit.kind !== this.pending) this.send(unit);
      return;
    }
    if (unit.kind === 'discontinuity') return;
    const isSound = unit.kind === 'audio-config';
    if (!differs(unit.config, isSound ? this.stream.audio : this.stream.video)) return;
    // Either it has this track only now, or the encoder starts again: like another source, from its next keyframe on.
    const isNew = isSound ? this.sound.isSilent : this.pictures.areMissing;
    const track = isSound ? 'audio' : 'video';
    this.pending = isNew && (this.pending ?? track) === track ? track : 'all';
  }

  private send(frame: MediaFrame): void {
    const placed = this.timeline.place(frame);
    if (placed) this.put(placed);
  }

  private put(frame: MediaFrame): void {
    if (frame.kind === 'audio' && !this.sound.take(frame)) return;
    const { dtsMs } = frame;
    const made = frame.kind === 'video' ? this.sound.silenceUntil(dtsMs) : this.pictures.blackUntil(dtsMs);
    this.writeMade(made);
    this.stream.write(frame.kind === 'video' ? this.events.into(frame) : frame);
  }

  /** Silence where there is no sound, black where there is no picture. */
  private writeMade(units: readonly MediaFrame[]): void {
    for (const unit of units) {
      this.timeline.fill(unit.dtsMs);
      this.stream.write(unit);
    }
  }

  /** The active source is gone: takes the best standby, from the GOP it has in hand, or holds the viewers. */
  private replaceActive(): void {
    const gone = this.active!;
    this.active = null;
    const next = best([...this.sources].filter((source) => source.ready && source.gop.frames.length > 0));
    if (next) return this.takeOver(next);
    this.held = { role: gone.role, epoch: gone.epoch };
    this.stream.hold();
    this.startGrace();
  }

  private goOffAir(): void {
    this.stopGrace();
    this.events.clear();
    this.held = null;
    this.emit('end');
    this.emit('change');
  }

  private startGrace(): void {
    this.stopGrace();
    const { graceMs } = this.options;
    const holdMs = this.isAwaited ? Math.max(graceMs, AWAITED_MS) : graceMs;
    this.graceTimer = setTimeout(() => this.goOffAir(), holdMs);
  }

  private stopGrace(): void {
    if (this.graceTimer) clearTimeout(this.graceTimer);
    this.graceTimer = null;
  }
}

function best(sources: Source[]): Source | null {
  return sources.reduce<Source | null>(
    (found, source) => (found && outranks(found, source) ? found : source),
    null,
  );
}

function differs(next: Buffer | null, current: Buffer | null): boolean {
  return next !== null && (current === null || !next.equals(current));
}
