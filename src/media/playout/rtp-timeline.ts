import { TimestampUnwrapper } from '../codec/rtp/rtp';
import { ShortestWay } from './shortest-way';

/** A unit that comes this much later than the one before and its timestamp tell may follow a pause of the clock, ms. */
const PAUSE_MS = 40;
/** Units that were held back come right behind each other: this long is waited for them at least, ms. */
const BURST_MS = 30;
/** The way becomes shorter by more than this meanwhile: somebody catches up, ms. */
const CATCHING_UP_MS = 8;
/** Then it is looked at again after this time, ms. */
const LOOK_MS = 100;
/** A pause that was taken too long is shortened this long after it, by no less than what is heard, ms. */
const REVISION_MS = 2000;
const LEAST_REVISION_MS = 20;
/** Timestamps that go back further than this are those of another clock, ms. */
const RESTART_MS = 1000;

interface Unit {
  raw: number;
  transitMs: number;
  /** `captureOffsetMs` when it came. */
  captureOffsetMs: number | null;
}

/** Something came late: its sender's clock stood still, or it was held back. */
interface Doubt {
  /** Ticks, as written, of the first unit after the pause. */
  from: number;
  untilMs: number;
  units: number;
  /** The way of the first unit, and the shortest since. */
  firstMs: number;
  transitMs: number;
  /** Places wait for the outcome. */
  holds: boolean;
  captureOffsetMs: number | null;
}

/**
 * Turns the RTP timestamps of one stream into ticks of a clock that never stands still, and those into ms: of the
 * sender's clock once a sender report told how (RFC 3550 §6.4.1).
 *
 * Browsers stop the clock of a microphone that sends nothing. What comes after such a pause is late by its whole
 * length, and so is all that follows; what the network or a busy sender held back comes faster than it was captured,
 * until it is in time again. So a unit that is late leaves the timeline in doubt for some ms, in which its place isn't
 * known yet. The pauses found so are added to the timestamps: everything above sees an even clock.
 */
export class RtpTimeline {
  private readonly unwrapper = new TimestampUnwrapper();
  private readonly way = new ShortestWay();
  private last: Unit | null = null;
  private doubt: Doubt | null = null;
  /** Ticks for which the clock stood, before and since `resumedAt` (ticks as written). */
  private pausedBefore = 0;
  private paused = 0;
  private resumedAt = -Infinity;
  /** By how much the last pause may still be shortened, until when; ms. */
  private revisableMs = 0;
  private revisableUntilMs = -Infinity;
  private reportedSince = false;
  /** By how much it was shortened: so late was what came first, ms. */
  revisedMs = 0;
  /** What is added to the ms of this clock to get those of the sender's. */
  private captureOffsetMs: number | null = null;

  /**
   * @param clockRate Hz
   * @param maxDoubtMs how long a unit's place may be unknown
   */
  constructor(
    readonly clockRate: number,
    private readonly maxDoubtMs: number,
  ) {}

  /** Ticks of the even clock for a timestamp. */
  ticks(timestamp: number): number {
    return this.even(this.unwrapper.unwrap(timestamp));
  }

  /**
   * A unit came; to be told in the order of arrival.
   * @param arrivalMs monotonic
   * @param neededMs when its place has to be known, if it is where it seems to be
   */
  observe(timestamp: number, arrivalMs: number, neededMs = Infinity): void {
    const raw = this.unwrapper.unwrap(timestamp);
    if (this.last && raw <= this.last.raw) {
      // Sent again, or overtaken.
      if (this.last.raw - raw <= this.toTicks(RESTART_MS)) return;
      this.restart();
    }
    const transitMs = arrivalMs - this.streamMs(this.even(raw));
    const before = this.last;
    this.last = { raw, transitMs, captureOffsetMs: this.captureOffsetMs };
    if (this.doubt) {
      this.doubt.units++;
      this.doubt.transitMs = Math.min(this.doubt.transitMs, transitMs);
      if (this.doubt.transitMs - this.way.ms > PAUSE_MS) return this.settle(arrivalMs);
      this.doubt = null;
    } else if (before && transitMs - before.transitMs > PAUSE_MS) {
      const untilMs = Math.min(Math.max(neededMs, arrivalMs + BURST_MS), arrivalMs + this.maxDoubtMs);
      this.doubt = beginDoubt(raw, transitMs, untilMs, before.captureOffsetMs);
      return;
    }
    this.follow(transitMs, arrivalMs);
  }

  /** Whether the place of what came last isn't known yet; `settle` tells it in time. */
  get inDoubt(): boolean {
    return this.doubt !== null && this.doubt.holds;
  }

  /** To be called often while in doubt; `nowMs` monotonic. */
  settle(nowMs: number): void {
    const { doubt } = this;
    // One unit alone doesn't tell whether the next ones come faster.
    if (!doubt || nowMs < doubt.untilMs + (doubt.units > 1 ? 0 : BURST_MS)) return;
    const { raw, transitMs } = this.last!;
    if (doubt.firstMs - transitMs > CATCHING_UP_MS) {
      this.doubt = beginDoubt(raw, transitMs, nowMs + LOOK_MS, doubt.captureOffsetMs);
      this.doubt.holds = false;
    } else this.addPause(doubt, nowMs);
  }

  private addPause(doubt: Doubt, nowMs: number): void {
    this.doubt = null;
    const pauseMs = doubt.transitMs - this.way.ms;
    this.pausedBefore = this.paused;
    this.paused += this.toTicks(pauseMs);
    this.resumedAt = doubt.from;
    this.last!.transitMs -= pauseMs;
    this.revisableMs = pauseMs;
    this.revisedMs = 0;
    this.revisableUntilMs = nowMs + REVISION_MS;
    this.reportedSince = false;
    // Reports since the pause began were taken for reports of a clock that ran, or are those of one that stood.
    this.captureOffsetMs = doubt.captureOffsetMs ?? this.captureOffsetMs;
  }

  /**
   * RFC 3550 §6.4.1: both times name the same instant.
   * @returns by how much it contradicts the one before, ms
   */
  onSenderReport(ntpMs: number, rtpTimestamp: number): number {
    const before = this.captureOffsetMs;
    const offsetMs = ntpMs - this.streamMs(this.ticks(rtpTimestamp));
    this.captureOffsetMs = offsetMs;
    this.reportedSince = true;
    return before === null ? 0 : Math.abs(offsetMs - before);
  }

  /** Capture time of `ticks` in ms of the sender's clock; null before the first sender report. */
  captureMs(ticks: number): number | null {
    return this.captureOffsetMs === null ? null : this.captureOffsetMs + this.streamMs(ticks);
  }

  /** Time of `ticks` in ms of the stream's own clock, whose zero means nothing. */
  streamMs(ticks: number): number {
    return (ticks / this.clockRate) * 1000;
  }

  private even(raw: number): number {
    return raw + (raw < this.resumedAt ? this.pausedBefore : this.paused);
  }

  private toTicks(ms: number): number {
    return Math.round((ms * this.clockRate) / 1000);
  }

  /** Soon after a pause, a way that is shorter than before means that the network had held back some of it. */
  private follow(transitMs: number, arrivalMs: number): void {
    const shorter = Math.min(this.way.ms - transitMs, this.revisableMs);
    if (arrivalMs >= this.revisableUntilMs) this.revisableMs = 0;
    else if (shorter > LEAST_REVISION_MS) this.shorten(shorter);
    const ms = this.last!.transitMs;
    this.way.observe(this.revisableMs > 0 ? Math.max(ms, this.way.ms) : ms, arrivalMs);
  }

  private shorten(ms: number): void {
    this.paused -= this.toTicks(ms);
    this.revisableMs -= ms;
    this.revisedMs += ms;
    this.last!.transitMs += ms;
    // What a report has told since is right, whatever was thought of the pause.
    if (this.reportedSince && this.captureOffsetMs !== null) this.captureOffsetMs += ms;
  }

  private restart(): void {
    this.way.reset();
    this.last = this.doubt = null;
    this.captureOffsetMs = null;
    this.revisableMs = 0;
  }
}

function beginDoubt(from: number, transitMs: number, untilMs: number, captureOffsetMs: number | null): Doubt {
  return { from, untilMs, units: 1, firstMs: transitMs, transitMs, holds: true, captureOffsetMs };
}
