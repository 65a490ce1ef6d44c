import type { MediaFrame, VideoUnit } from '../stream';

/** Between the last unit of one source and the first of the next, ms. */
export const JOIN_GAP_MS = 20;
/** How long before it is shown the first frame of a source may have its DTS, ms: room to reorder four frames. */
export const JOIN_LEAD_MS = 4;
/** A source whose clock jumps further than this is joined again, ms: players stall or freeze on holes. */
const MAX_JUMP_MS = 2000;
/** Time between two frames of a GOP that is caught up with, ms. */
const SQUEEZE_STEP_MS = 1;

/**
 * The outgoing clock of a channel: puts the sources' units, one source after the other, on one timeline that never
 * goes back. One offset serves audio and video, so that they stay in step.
 */
export class Timeline {
  private offset = 0;
  /** Where the current source was joined: nothing of it is shown earlier, ms. */
  private floor = 0;
  private audioFloor = 0;
  private lastAudio = -Infinity;
  private lastVideo = -Infinity;
  private lastVideoPts = -Infinity;

  /** First free moment, ms; with B-frames the largest PTS counts. */
  get nextJoinMs(): number {
    const end = Math.max(this.lastAudio, this.lastVideo, this.lastVideoPts);
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
    this.offset = start - (first.kind === 'video' ? first.ptsMs : first.dtsMs);
  }

  /** Puts a unit of the current source on the timeline; null when it belongs before the source's beginning. */
  place(unit: MediaFrame): MediaFrame | null {
    if (this.jumped(unit)) this.join(unit);
    const dtsMs = unit.dtsMs + this.offset;
    if (unit.kind === 'audio') return dtsMs < this.audioFloor ? null : this.placeAudio(unit, dtsMs);
    const ptsMs = unit.ptsMs + this.offset;
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
    this.audioFloor = end;
    return placed;
  }

  private placeAudio(unit: MediaFrame, dtsMs: number): MediaFrame {
    this.lastAudio = Math.max(dtsMs, this.lastAudio);
    return { ...unit, dtsMs: this.lastAudio };
  }

  private placeVideo(unit: VideoUnit, dts: number, pts: number): VideoUnit {
    const dtsMs = Math.max(dts, this.lastVideo + 1, this.floor - JOIN_LEAD_MS);
    const ptsMs = Math.max(pts, dtsMs);
    this.lastVideo = dtsMs;
    this.lastVideoPts = Math.max(this.lastVideoPts, ptsMs);
    return { ...unit, dtsMs, ptsMs };
  }

  private jumped(unit: MediaFrame): boolean {
    const last = Math.max(this.lastAudio, this.lastVideo);
    return last !== -Infinity && Math.abs(unit.dtsMs + this.offset - last) > MAX_JUMP_MS;
  }
}
