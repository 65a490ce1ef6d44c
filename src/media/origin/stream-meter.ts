import type { MediaFrame } from '../stream';

/** What "now" is, s: a whole number of the GOPs that encoders use (1, 2, 3 s), whose first pictures are the large ones. */
const NOW_S = 6;
/** It is low when it has been so for this long, s. */
const LOW_S = 10;
const LOW_SHARE = 0.5;
/** What is usual is the median of so many seconds; less than the second number say nothing. */
const USUAL_S = 120;
const USUAL_LEAST_S = 30;
/** What has been low for so long is what the encoder sends now, s. */
const LOW_MOST_S = 600;
/** Control is told every 2 s: where nobody asked for longer, this process was paused, ms. */
const MAX_GONE_MS = 5000;
/** A track of which nothing came for so long has stopped, ms. */
const SILENT_MS = 5000;

/** Bytes of one second. */
interface Second {
  video: number;
  audio: number;
}

export interface Measured {
  /** bit/s */
  video: number;
  audio: number;
  /** bit/s of both; null: not known yet. */
  usual: number | null;
  isLow: boolean;
  hasPicture: boolean;
  hasSound: boolean;
}

/**
 * Measures what a publisher sends by when it arrives, so that a network that is too slow shows. Times are ms of a clock
 * that only rises; the seconds are counted from the publisher's beginning.
 */
export class StreamMeter {
  private current: Second = { video: 0, audio: 0 };
  private second = 0;
  /** Complete ones, the newest last. */
  private last: Second[] = [];
  private usual: number[] = [];
  /** Bytes of a usual second; null: not known yet. */
  private usualBytes: number | null = null;
  private isLow = false;
  private lowForS = 0;
  /** When something came, or was asked, last. */
  private lookedMs: number;
  private heardMs: Record<MediaFrame['kind'], number>;

  constructor(private startMs: number) {
    this.lookedMs = startMs;
    this.heardMs = { video: startMs, audio: startMs };
  }

  take({ kind, data }: Pick<MediaFrame, 'kind' | 'data'>, nowMs: number): void {
    this.advance(nowMs);
    this.current[kind] += data.length;
    this.heardMs[kind] = nowMs;
  }

  read(nowMs: number): Measured {
    this.advance(nowMs);
    const seconds = this.last.slice(-NOW_S);
    return {
      video: bitrateOf(seconds.map(({ video }) => video)),
      audio: bitrateOf(seconds.map(({ audio }) => audio)),
      usual: this.usualBytes === null ? null : this.usualBytes * 8,
      isLow: this.isLow,
      hasPicture: nowMs - this.heardMs.video < SILENT_MS,
      hasSound: nowMs - this.heardMs.audio < SILENT_MS,
    };
  }

  private advance(nowMs: number): void {
    const goneMs = nowMs - this.lookedMs;
    this.lookedMs = nowMs;
    // Nobody could hear anything meanwhile.
    if (goneMs > MAX_GONE_MS) this.skip(goneMs);
    const second = Math.floor((nowMs - this.startMs) / 1000);
    for (; this.second < second; this.second++) this.complete();
  }

  private skip(ms: number): void {
    this.startMs += ms;
    this.heardMs.video += ms;
    this.heardMs.audio += ms;
  }

  private complete(): void {
    this.last.push(this.current);
    if (this.last.length > LOW_S) this.last.shift();
    const bytes = this.current.video + this.current.audio;
    this.current = { video: 0, audio: 0 };
    this.judge();
    if (this.isLow) return;
    this.usual.push(bytes);
    if (this.usual.length > USUAL_S) this.usual.shift();
    this.usualBytes = this.usual.length < USUAL_LEAST_S ? null : medianOf(this.usual);
  }

  private judge(): void {
    const { usualBytes } = this;
    const sum = this.last.reduce((total, { video, audio }) => total + video + audio, 0);
    this.isLow = usualBytes !== null && sum < LOW_S * LOW_SHARE * usualBytes;
    this.lowForS = this.isLow ? this.lowForS + 1 : 0;
    if (this.lowForS < LOW_MOST_S) return;
    this.usual = [];
    this.usualBytes = null;
    this.isLow = false;
    this.lowForS = 0;
  }
}

function medianOf(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

function bitrateOf(bytes: number[]): number {
  return bytes.length === 0 ? 0 : (8 * bytes.reduce((sum, n) => sum + n, 0)) / bytes.length;
}
