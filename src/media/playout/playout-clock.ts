import { ShortestWay } from './shortest-way';

/** Bounds of the delay that inputs are held back to even out their jitter, ms. */
export const MIN_DELAY_MS = 40;
export const MAX_DELAY_MS = 250;
/** Added to the worst lateness seen. */
const MARGIN_MS = 10;
/** A delay that is no longer needed shrinks at this rate, ms per second. */
const DELAY_DECAY = 2.5;
/** Maximum correction of playout times, ms/s; at this rate stretched sound is inaudible. */
const SLEW = 5;
/** They begin to move when they are this far off, and stop when they are right: most of the time sound is untouched. */
const TOLERANCE_MS = 5;
/** Further off than this they are put right at once, as they are while a stream is new. */
const STEP_MS = 60;
const SETTLING_MS = 1000;
/** A transit time that jumps this far means another clock at the sender. */
const RESET_MS = 3000;
/** When everything was too late for this long, the way has become longer. */
const HOPELESS_MS = 300;

/**
 * Says when something captured at a sender's time is to be presented here: the shortest way seen lately plus a delay
 * that covers the jitter. The shortest way follows the drift of the sender's clock. One of these is shared by all
 * streams of a member that have sender reports, which is what keeps lips and voice together.
 */
export class PlayoutClock {
  private readonly way = new ShortestWay();
  private lateness = 0;
  private lastMs: number | null = null;
  private firstMs: number | null = null;
  /** What is added to capture times. */
  private offset = 0;
  private slewing = false;
  private hopelessSinceMs: number | null = null;

  /**
   * @param captureMs sender's clock
   * @param arrivalMs monotonic ms here, when the unit was complete
   * @param aheadMs how long before it is due the unit is taken
   */
  observe(captureMs: number, arrivalMs: number, aheadMs = 0): void {
    const transit = arrivalMs - captureMs;
    if (this.ready && this.isAnother(transit, arrivalMs)) this.reset();
    this.way.observe(transit, arrivalMs);
    const elapsed = this.lastMs === null ? 0 : Math.max(0, arrivalMs - this.lastMs);
    this.lastMs = arrivalMs;
    this.lateness = Math.max(transit - this.base + aheadMs, this.lateness - (DELAY_DECAY * elapsed) / 1000);
    this.firstMs ??= arrivalMs;
    const error = this.base + this.delayMs - this.offset;
    if (arrivalMs - this.firstMs < SETTLING_MS || Math.abs(error) > STEP_MS) this.catchUp();
    else this.slew(error, (SLEW * elapsed) / 1000);
  }

  /** Something was seen to have come this late only afterwards, ms. */
  wasLate(ms: number): void {
    this.lateness = Math.max(this.lateness, ms);
  }

  /** What was learned of the way is void, from the next unit on it is learned anew; the jitter is what it was. */
  startAnew(): void {
    this.way.reset();
    this.hopelessSinceMs = null;
    this.firstMs = null;
  }

  /** Puts playout times right at once: when the sound has run out, nothing is gained by going gently. */
  catchUp(): void {
    if (this.ready) this.offset = this.base + this.delayMs;
  }

  /** Whether anything was observed. */
  get ready(): boolean {
    return this.base !== Infinity;
  }

  /** How long units should be held back, ms. */
  get delayMs(): number {
    return Math.min(Math.max(this.lateness + MARGIN_MS, MIN_DELAY_MS), MAX_DELAY_MS);
  }

  /** Monotonic ms here at which what was captured at `captureMs` is to be seen or heard. */
  playoutMs(captureMs: number): number {
    return captureMs + this.offset;
  }

  private slew(error: number, most: number): void {
    if (Math.abs(error) > TOLERANCE_MS) this.slewing = true;
    if (!this.slewing) return;
    this.offset += Math.min(Math.max(error, -most), most);
    if (Math.abs(error) <= most) this.slewing = false;
  }

  private get base(): number {
    return this.way.ms;
  }

  /** Whether what was learned of the way is void: by a jump, or since nothing comes in time any more. */
  private isAnother(transit: number, arrivalMs: number): boolean {
    if (Math.abs(transit - this.base) > RESET_MS) return true;
    if (transit - this.base <= MAX_DELAY_MS) {
      this.hopelessSinceMs = null;
      return false;
    }
    this.hopelessSinceMs ??= arrivalMs;
    return arrivalMs - this.hopelessSinceMs >= HOPELESS_MS;
  }

  private reset(): void {
    this.startAnew();
    this.lateness = 0;
  }
}
