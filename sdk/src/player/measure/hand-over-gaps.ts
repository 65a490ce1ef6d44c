import type { ViewedHandOver } from '../../contracts';

/** So many in a report. */
const MAX_HAND_OVERS = 20;
/** The server tells of a change after it was made, and the screen may have been faster, ms. */
const BEFORE_MS = 1000;
/** So long after the change should have come to the screen, ms: what a player does late is of the change, too. */
const AFTER_MS = 3000;

interface Watching {
  sourceVersion: number;
  untilMs: number;
  gapMs: number;
}

/**
 * The longest standstill around each change of the source. When exactly the screen changes over nobody tells, so it is
 * the longest of some seconds, whatever caused it.
 */
export class HandOverGaps {
  private watching: Watching[] = [];
  private seen: ViewedHandOver[] = [];
  private recent: { atMs: number; gapMs: number }[] = [];

  /** @param behindMs how far the screen is behind the hub */
  begins(sourceVersion: number, nowMs: number, behindMs: number): void {
    if (this.watching.length + this.seen.length >= MAX_HAND_OVERS) return;
    this.forgetBefore(nowMs - BEFORE_MS);
    const gapMs = Math.max(0, ...this.recent.map((gap) => gap.gapMs));
    this.watching.push({ sourceVersion, gapMs, untilMs: nowMs + behindMs + AFTER_MS });
  }

  /** A picture came, so long after the one before it. */
  picture(atMs: number, gapMs: number): void {
    this.recent.push({ atMs, gapMs });
    this.forgetBefore(atMs - BEFORE_MS);
    this.stands(atMs, gapMs);
  }

  /** Nobody can tell what is on the screen now: those that are under way are not judged. */
  interrupt(): void {
    this.watching = [];
    this.recent = [];
  }

  /** @param standsMs for how long the present picture stands */
  take(nowMs: number, standsMs: number): ViewedHandOver[] {
    this.stands(nowMs, standsMs, nowMs);
    const { seen } = this;
    this.seen = [];
    return seen;
  }

  private forgetBefore(ms: number): void {
    this.recent = this.recent.filter(({ atMs }) => atMs > ms);
  }

  /** @param untilMs those that end later aren't concerned yet */
  private stands(atMs: number, gapMs: number, untilMs = Infinity): void {
    for (const one of this.watching) if (one.untilMs <= untilMs) one.gapMs = Math.max(one.gapMs, gapMs);
    const over = this.watching.filter((one) => one.untilMs <= atMs && one.gapMs > 0);
    this.watching = this.watching.filter((one) => one.untilMs > atMs);
    for (const { sourceVersion, gapMs } of over) this.seen.push({ sourceVersion, gapMs });
  }
}
