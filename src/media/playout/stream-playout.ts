import { PlayoutClock } from './playout-clock';
import { RtpTimeline } from './rtp-timeline';

/** A sender report that says something else than the one before by more than this: one of them was wrong, ms. */
const CONTRADICTION_MS = 40;
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

  /** RFC 3550 §6.4.1. What units were placed by before a report that contradicts it counts no more. */
  onSenderReport(ntpMs: number, rtpTimestamp: number): void {
    const contradictionMs = this.timeline.onSenderReport(ntpMs, rtpTimestamp);
    if (contradictionMs > CONTRADICTION_MS) this.member.startAnew();
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
