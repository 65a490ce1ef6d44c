import type { MediaFrame, VideoUnit } from '../stream';

/** Between the last unit of one source and the first of the next, ms. */
export const JOIN_GAP_MS = 20;
/** How long before it is shown the first frame of a source may have its DTS, ms: room to reorder four frames. */
export const JOIN_LEAD_MS = 4;
/** A clock that jumps further ahead than this is put back, ms: players stall or freeze on holes. */
const MAX_JUMP_MS = 2000;
/** Likewise one that steps back further than this, ms; less is jitter, or B-frames under timestamps that are their PTS. */
export const MAX_STEP_BACK_MS = 300;
/** Sound and picture of one source that begin further apart have nothing to do with each other, ms. */
const MAX_APART_MS = 10_000;
/** Time between two frames of a GOP that is caught up with, ms. */
const SQUEEZE_STEP_MS = 1;

/** One of the two tracks of the outgoing stream. */
class Track {
  /** Outgoing DTS of its last unit, ms. */
  lastMs = -Infinity;
  /** Where the source's clock had it; the DTS may have had to be later. */
  clockMs = -Infinity;
  /** Has the current source sent anything of it? */
  begun = false;
  /** On top of the offset, for a source whose two tracks have clocks of their own, ms. */
  skewMs = 0;

  restart(): void {
    this.begun = false;
    this.skewMs = 0;
  }

  placed(dtsMs: number, clockMs: number): number {
    this.begun = true;
    this.clockMs = clockMs;
    return (this.lastMs = dtsMs);
  }
}

/**
 * The outgoing clock of a channel: puts the sources' units, one source after the other, on one timeline that never
 * goes back. One offset serves audio and video, so that they stay in step: sound that an encoder sends seconds apart
 * from the picture stays so. Whether its clock has jumped is judged in each track by itself.
 */
export class Timeline {
  private offset = 0;
  /** Where the current source was joined: nothing of it is shown earlier, ms. */
  private floor = 0;
  private audioFloor = 0;
  private readonly audio = new Track();
  private readonly video = new Track();
  private lastVideoPts = -Infinity;
  /** Of what went out in place of the source's own, ms. */
  private filledMs = -Infinity;

  /** First free moment, ms; with B-frames the largest PTS counts. */
  get nextJoinMs(): number {
    const { endMs: end } = this;
    return end === -Infinity ? JOIN_LEAD_MS : end + JOIN_GAP_MS;
  }

  /**
   * Starts the source's `first` unit at the next free PTS. Using its DTS would leave a gap of the reordering delay.
   * Frames whose DTS would then be too early get the next free one.
   */
  join(first: MediaFrame): void {
    const start = this.nextJoinMs;
    this.floor = start;
    this.audioFloor = start;
    this.audio.restart();
    this.video.restart();
    this.offset = start - (first.kind === 'video' ? first.ptsMs : first.dtsMs);
  }

  /** Puts a unit of the current source on the timeline; null when it belongs before the source's beginning. */
  place(unit: MediaFrame): MediaFrame | null {
    this.keepUp(unit);
    const dtsMs = this.expected(unit);
    if (unit.kind === 'audio') return dtsMs < this.audioFloor ? null : this.placeAudio(unit, dtsMs);
    const ptsMs = dtsMs + unit.ptsMs - unit.dtsMs;
    return ptsMs < this.floor ? null : this.placeVideo(unit, dtsMs, ptsMs);
  }

  /**
   * Places a whole GOP that is older than now: its pictures so close together that a player shows the last one at
   * once, and that one where the frames to come continue. Its sound is left out.
   */
  catchUp(gop: readonly MediaFrame[]): MediaFrame[] {
    const frames = gop.filter((unit) => unit.kind === 'video');
    const first = frames[0];
    const last = frames.at(-1);
    if (!first || !last) return [];
    this.join(first);
    const start = this.floor;
    const end = start + (frames.length - 1) * SQUEEZE_STEP_MS;
    // What a player that follows live shows when it gets the last frame.
    const now = last.dtsMs + first.ptsMs - first.dtsMs;
    const scale = now > first.ptsMs ? (end - start) / (now - first.ptsMs) : 0;
    // Monotonic, so that the order of pictures survives B-frames; after `now` it is the live offset.
    const squeeze = (ms: number): number =>
      ms >= now ? end + ms - now : Math.floor(start + (ms - first.ptsMs) * scale);
    const placed = frames.map((unit) => this.placeVideo(unit, squeeze(unit.dtsMs), squeeze(unit.ptsMs)));
    this.offset = end - now;
    this.video.clockMs = this.expected(last);
    this.audioFloor = end;
    return placed;
  }

  /** Something else went out at this DTS (silence): the next source begins behind it, ms. */
  fill(dtsMs: number): void {
    this.filledMs = Math.max(this.filledMs, dtsMs);
  }

  private placeAudio(unit: MediaFrame, dtsMs: number): MediaFrame {
    return { ...unit, dtsMs: this.audio.placed(Math.max(dtsMs, this.audio.lastMs), dtsMs) };
  }

  private placeVideo(unit: VideoUnit, dts: number, pts: number): VideoUnit {
    const free = Math.max(dts, this.video.lastMs + 1, this.floor - JOIN_LEAD_MS);
    const dtsMs = this.video.placed(free, dts);
    const ptsMs = Math.max(pts, dtsMs);
    this.lastVideoPts = Math.max(this.lastVideoPts, ptsMs);
    return { ...unit, dtsMs, ptsMs };
  }

  /** The last moment of all that was placed; -Infinity before. */
  private get endMs(): number {
    return Math.max(this.audio.lastMs, this.video.lastMs, this.lastVideoPts, this.filledMs);
  }

  /** Where its source's clock has a unit, as DTS. */
  private expected(unit: MediaFrame): number {
    return unit.dtsMs + this.offset + this[unit.kind].skewMs;
  }

  /** Corrects the offset when the source's clock has jumped: its track goes on where it was, the other one with it. */
  private keepUp(unit: MediaFrame): void {
    const track = this[unit.kind];
    const dtsMs = this.expected(unit);
    if (!track.begun) {
      const apart = dtsMs - this.endMs;
      if (Number.isFinite(apart) && Math.abs(apart) > MAX_APART_MS) track.skewMs += JOIN_GAP_MS - apart;
    } else if (this.jumped(unit, dtsMs)) {
      this.offset += this.resumption(unit, track) - dtsMs;
    }
  }

  /** DTS with which a track goes on after a jump: its pictures stay in order, B-frames among them. */
  private resumption(unit: MediaFrame, { clockMs }: Track): number {
    const next = clockMs + JOIN_GAP_MS;
    if (unit.kind === 'audio' || !unit.keyframe) return next;
    return Math.max(next, this.lastVideoPts + JOIN_GAP_MS - (unit.ptsMs - unit.dtsMs));
  }

  /** A track that paused while the other went on has not jumped. */
  private jumped(unit: MediaFrame, dtsMs: number): boolean {
    const step = dtsMs - this[unit.kind].clockMs;
    const other = this[unit.kind === 'audio' ? 'video' : 'audio'];
    const isPause = other.begun && Math.abs(dtsMs - other.clockMs) <= MAX_JUMP_MS;
    return step < -MAX_STEP_BACK_MS || (step > MAX_JUMP_MS && !isPause);
  }
}
