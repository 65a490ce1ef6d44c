import type { VideoUnit } from '../stream';

/** Of a wait only this much counts from one picture to the next, ms: the rest is a pause of the encoder or the network. */
const MAX_STEP_MS = 1000;
/** What is told rises in steps, so that an encoder that varies isn't news with each keyframe, ms. */
const STEP_MS = 500;
/** More isn't kept for viewers who join (GopCache), so more needn't be told, ms. */
const MAX_MS = 30_000;

/** How long viewers who join may have to wait for a keyframe: the longest time between two of them so far. */
export class KeyframeInterval {
  private lastDtsMs: number | null = null;
  private runningMs = 0;
  private longestMs = 0;

  take({ dtsMs, keyframe }: Pick<VideoUnit, 'dtsMs' | 'keyframe'>): void {
    if (this.lastDtsMs !== null) {
      this.runningMs += Math.min(Math.max(dtsMs - this.lastDtsMs, 0), MAX_STEP_MS);
      // Until the next keyframe has come nobody knows how long it will be; it has been this long already.
      this.longestMs = Math.max(this.longestMs, this.runningMs);
    }
    if (keyframe) this.runningMs = 0;
    this.lastDtsMs = dtsMs;
  }

  /** ms, a multiple of 500, at most 30,000; never falls. */
  get ms(): number {
    return Math.min(Math.round(this.longestMs / STEP_MS) * STEP_MS, MAX_MS);
  }
}
