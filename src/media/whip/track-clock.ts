import { RtpTimeline } from '../playout/rtp-timeline';
import type { ClockReading } from '../webrtc/media-packet';

/** Off by more than this for `ODD_MS`, timestamps have jumped and not just come late, ms. */
const MAX_LATE_MS = 1000;
const ODD_MS = 2000;
/** Off by more than this they have jumped for certain, ms. */
const JUMP_MS = 5000;
/** Share of a unit's lateness by which the expected lateness follows: drift of the sender's clock is not a jump. */
const FOLLOW = 0.002;

/**
 * Puts one RTP stream on a clock here, ms. The first unit is placed at its arrival, and from then on only timestamps
 * count, so that the network's jitter isn't seen in the stream. A sender whose timestamps jump is placed again.
 */
export class TrackClock {
  private readonly timeline: RtpTimeline;
  private offsetMs: number | null = null;
  private expectedLateMs = 0;
  private oddSinceMs: number | null = null;

  /**
   * @param clockRate Hz
   * @param maxDoubtMs see `RtpTimeline`
   */
  constructor(clockRate: number, maxDoubtMs: number) {
    this.timeline = new RtpTimeline(clockRate, maxDoubtMs);
  }

  /** A unit with this 32-bit timestamp came, in whatever order; `arrivalMs` monotonic. */
  observe(timestamp: number, arrivalMs: number): void {
    this.timeline.observe(timestamp, arrivalMs);
  }

  /** Whether the place of what came last isn't known yet; to be asked until it is. `nowMs` monotonic. */
  inDoubt(nowMs: number): boolean {
    this.timeline.settle(nowMs);
    return this.timeline.inDoubt;
  }

  /** The time of a unit that was observed; `nowMs` monotonic. */
  place(timestamp: number, nowMs: number): number {
    const streamMs = this.timeline.streamMs(this.timeline.ticks(timestamp));
    this.follow(nowMs - streamMs, nowMs);
    return streamMs + this.offsetMs!;
  }

  onSenderReport({ ntpMs, timestamp }: ClockReading): void {
    this.timeline.onSenderReport(ntpMs, timestamp);
  }

  /** The sender's time (ms) of what is at `ms` here, or null before its first report. */
  captureMs(ms: number): number | null {
    const zero = this.timeline.captureMs(0);
    return zero === null || this.offsetMs === null ? null : zero + ms - this.offsetMs;
  }

  private follow(transitMs: number, arrivalMs: number): void {
    // Whole ms, so that samples stay whole too.
    this.offsetMs ??= Math.round(transitMs);
    const late = transitMs - this.offsetMs - this.expectedLateMs;
    if (Math.abs(late) <= MAX_LATE_MS) {
      this.oddSinceMs = null;
      this.expectedLateMs += late * FOLLOW;
      return;
    }
    this.oddSinceMs ??= arrivalMs;
    if (Math.abs(late) < JUMP_MS && arrivalMs - this.oddSinceMs < ODD_MS) return;
    this.offsetMs = Math.round(transitMs);
    this.expectedLateMs = 0;
    this.oddSinceMs = null;
  }
}

/** Differences below this are left alone, ms. */
const TOLERANCE_MS = 5;
/** Pictures move by at most this many ms per second, which nobody sees. */
const SLEW = 100;
/** Further off than this, which everybody sees, they are put right at once, ms. */
const STEP_MS = 40;
/** Reports that would move pictures further than this are wrong, ms. */
const MAX_CORRECTION_MS = 1000;

/**
 * Keeps pictures in step with sound, whose timestamps stay as they are since every sample counts: says by how much
 * pictures are to be moved so that what was captured at one time by the sender's reports has one time here.
 */
export class LipSync {
  private currentMs = 0;
  private lastMs: number | null = null;

  constructor(
    private readonly audio: TrackClock,
    private readonly video: TrackClock,
  ) {}

  /** What to add to the time (ms, by its own clock) of the picture that is next. */
  correctionMs(videoMs: number): number {
    const elapsed = Math.max(0, videoMs - (this.lastMs ?? videoMs));
    this.lastMs = videoMs;
    const audio = this.audio.captureMs(0);
    const video = this.video.captureMs(0);
    if (audio === null || video === null) return this.currentMs;
    const wanted = video - audio;
    const error = wanted - this.currentMs;
    if (Math.abs(wanted) > MAX_CORRECTION_MS || Math.abs(error) < TOLERANCE_MS) return this.currentMs;
    const most = Math.abs(error) > STEP_MS ? Infinity : (SLEW * elapsed) / 1000;
    this.currentMs += Math.min(Math.max(error, -most), most);
    return this.currentMs;
  }
}
