import type { PlayerProtocol, QualityReport } from '../../contracts';
import { HandOverGaps } from './hand-over-gaps';
import { type Picture, standstill } from './pictures';
import { Stalls } from './stalls';

/** Of a report, ms. */
const MAX_PLAYED_MS = 120_000;
/** Of each other figure: who waits for longer waits for nothing. */
const MAX_MS = 3_600_000;
const MAX_STALLS = 600;
/** Of which the median is made; later ones take the place of the first. */
const MAX_LATENCIES = 120;

/**
 * What a viewer sees of one player, by the clock of performance.now(). It is judged while the picture is meant to move
 * and somebody can see it: what the viewer has paused, or has in a hidden tab, is neither played nor a stall.
 */
export class Viewing {
  private readonly stalls = new Stalls();
  private readonly gaps = new HandOverGaps();
  private latencies: number[] = [];
  /** Since when it is judged. */
  private judgedSince: number | null = null;
  private playedMs = 0;
  /** When the viewer wanted the picture that has not come yet; null: it came, or the wait was not judged. */
  private wishedAt: number | null = null;
  private startMs: number | null = null;
  /** The last one, of which the next is judged. */
  private last: Picture | null = null;
  /** It is the first since the wish, or since it is judged again. */
  private isFirst = false;

  /** Another picture is wanted from now on. */
  wish(nowMs: number): void {
    this.wishedAt = this.judgedSince === null ? null : nowMs;
    this.interrupt();
  }

  /** From now on it is judged, or isn't. @param isEnd the stream is over, and a picture that stood still is none that stalled */
  judge(on: boolean, nowMs: number, isEnd = false): void {
    if (on === (this.judgedSince !== null)) return;
    if (on) return void (this.judgedSince = nowMs);
    if (!isEnd && this.last) this.stalls.over(this.standsMs(nowMs), this.isFirst);
    this.playUntil(nowMs);
    this.judgedSince = this.wishedAt = null;
    this.interrupt();
  }

  picture(picture: Picture): void {
    if (this.judgedSince === null) return;
    if (this.wishedAt !== null) this.startMs = picture.atMs - this.wishedAt;
    this.wishedAt = null;
    const { last, isFirst } = this;
    this.last = picture;
    this.isFirst = !last;
    if (!last) return;
    const gapMs = standstill(last, picture);
    this.stalls.over(gapMs, isFirst);
    this.gaps.picture(picture.atMs, gapMs);
  }

  /** The element gets another stream, which counts its pictures anew. */
  reloads(): void {
    if (this.last) this.last = { ...this.last, shown: null };
  }

  /** Without a picture before there is nothing to hand over. */
  handOver(sourceVersion: number, nowMs: number, behindMs: number): void {
    if (this.last) this.gaps.begins(sourceVersion, nowMs, behindMs);
  }

  latency(ms: number): void {
    if (this.judgedSince === null) return;
    this.latencies = [...this.latencies, ms].slice(-MAX_LATENCIES);
  }

  /** What has come since the last time; null: it was not meant to play. */
  take(protocol: PlayerProtocol, nowMs: number): QualityReport | null {
    const standsMs = this.standsMs(nowMs);
    this.stalls.goesOn(standsMs);
    this.playUntil(nowMs);
    const playedMs = Math.min(Math.round(this.playedMs), MAX_PLAYED_MS);
    if (playedMs < 1) return null;
    const { stalls, stalledMs } = this.stalls.take();
    const { startMs, latencies } = this;
    const report: QualityReport = {
      protocol,
      playedMs,
      ...(startMs === null ? {} : { startMs: figure(startMs) }),
      stalls: Math.min(stalls, MAX_STALLS),
      // One may have begun in the report before, and this one's share is not longer than it.
      stalledMs: Math.min(Math.round(stalledMs), playedMs),
      ...(latencies.length > 0 ? { latencyMs: figure(median(latencies)) } : {}),
      handOvers: this.gaps
        .take(nowMs, standsMs)
        .map(({ sourceVersion, gapMs }) => ({ sourceVersion, gapMs: figure(gapMs) })),
    };
    this.playedMs = 0;
    this.startMs = null;
    this.latencies = [];
    return report;
  }

  /** The next picture has none before it. */
  private interrupt(): void {
    this.last = null;
    this.stalls.forget();
    this.gaps.interrupt();
  }

  private standsMs(nowMs: number): number {
    return this.last ? Math.max(0, nowMs - this.last.atMs) : 0;
  }

  private playUntil(nowMs: number): void {
    if (this.judgedSince === null) return;
    this.playedMs += nowMs - this.judgedSince;
    this.judgedSince = nowMs;
  }
}

function figure(ms: number): number {
  return Math.min(Math.max(0, Math.round(ms)), MAX_MS);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
