import { RtpTimeline } from './rtp-timeline';
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
    this.way.reset();
    this.hopelessSinceMs = null;
    this.lateness = 0;
    this.firstMs = null;
  }
}

/** A stream's sender reports are not believed when they move it further than this, ms. */
const MAX_CORRECTION_MS = 1000;

/** The playout time of one stream: by the member's clock when sender reports allow it, else by its own arrival. */
export class StreamPlayout {
  readonly timeline: RtpTimeline;
  private readonly own = new PlayoutClock();
  /** Units that came while the timeline is in doubt. */
  private waiting: { timestamp: number; arrivalMs: number }[] = [];

  /**
   * @param clockRate Hz
   * @param member shared by the streams of one member
   * @param maxDoubtMs see `RtpTimeline`
   * @param aheadMs how long before they are due units are taken
   */
  constructor(
    clockRate: number,
    private readonly member: PlayoutClock,
    maxDoubtMs: number,
    private readonly aheadMs = 0,
  ) {
    this.timeline = new RtpTimeline(clockRate, maxDoubtMs);
  }

  /** A unit with this timestamp was complete at `arrivalMs`. */
  observe(timestamp: number, arrivalMs: number): void {
    const dueMs = this.own.ready ? this.playoutMs(this.timeline.ticks(timestamp)) : arrivalMs;
    const before = this.timeline.revisedMs;
    this.timeline.observe(timestamp, arrivalMs, dueMs - this.aheadMs);
    const { revisedMs } = this.timeline;
    if (revisedMs > before) this.wasLate(revisedMs + this.aheadMs);
    this.waiting.push({ timestamp, arrivalMs });
    this.flush();
  }

  /** Whether the place of what came last isn't known yet, see `RtpTimeline`. */
  get inDoubt(): boolean {
    return this.timeline.inDoubt;
  }

  /** To be called often; `nowMs` monotonic. */
  settle(nowMs: number): void {
    if (!this.inDoubt) return;
    this.timeline.settle(nowMs);
    this.flush();
  }

  /** Monotonic ms at which the unit is due. */
  playoutMs(ticks: number): number {
    const own = this.own.playoutMs(this.timeline.streamMs(ticks));
    const capture = this.timeline.captureMs(ticks);
    if (capture === null || !this.member.ready) return own;
    const shared = this.member.playoutMs(capture);
    return Math.abs(shared - own) > MAX_CORRECTION_MS ? own : shared;
  }

  /** See `PlayoutClock.catchUp`. */
  catchUp(): void {
    this.own.catchUp();
    this.member.catchUp();
  }

  private wasLate(ms: number): void {
    this.own.wasLate(ms);
    this.member.wasLate(ms);
  }

  private flush(): void {
    if (this.inDoubt) return;
    for (const { timestamp, arrivalMs } of this.waiting) this.take(this.timeline.ticks(timestamp), arrivalMs);
    this.waiting = [];
  }

  private take(ticks: number, arrivalMs: number): void {
    this.own.observe(this.timeline.streamMs(ticks), arrivalMs, this.aheadMs);
    const capture = this.timeline.captureMs(ticks);
    if (capture !== null && this.believes(ticks, capture))
      this.member.observe(capture, arrivalMs, this.aheadMs);
  }

  private believes(ticks: number, capture: number): boolean {
    if (!this.member.ready) return true;
    const own = this.own.playoutMs(this.timeline.streamMs(ticks));
    return Math.abs(this.member.playoutMs(capture) - own) <= MAX_CORRECTION_MS;
  }
}
