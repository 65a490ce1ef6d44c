import type { ThrottlerStorage } from '@nestjs/throttler';

interface Count {
  hits: number;
  /** ms since 1970 */
  resetsAtMs: number;
}

/** Keys counted at the same time; with more, the oldest are forgotten. */
const MAX_COUNTS = 100_000;

type Increment = ThrottlerStorage['increment'];

/**
 * Requests per window in this process' memory: one number a key, where the throttler's own storage keeps the time of
 * every single request.
 */
export class RateCounters implements ThrottlerStorage {
  /** In the order of their start. */
  private readonly counts = new Map<string, Count>();

  constructor(
    private readonly now: () => number = Date.now,
    private readonly maxCounts = MAX_COUNTS,
  ) {}

  /** @param ttl length of a window, ms */
  increment(key: string, ttl: number, limit: number): ReturnType<Increment> {
    const now = this.now();
    const count = this.current(key, ttl, now);
    count.hits += 1;
    const seconds = Math.max(1, Math.ceil((count.resetsAtMs - now) / 1000));
    const isBlocked = count.hits > limit;
    return Promise.resolve({
      totalHits: count.hits,
      timeToExpire: seconds,
      isBlocked,
      timeToBlockExpire: isBlocked ? seconds : 0,
    });
  }

  get size(): number {
    return this.counts.size;
  }

  private current(key: string, ttl: number, now: number): Count {
    const known = this.counts.get(key);
    if (known && known.resetsAtMs > now) return known;
    this.counts.delete(key);
    this.clear(now);
    const count = { hits: 0, resetsAtMs: now + ttl };
    this.counts.set(key, count);
    return count;
  }

  /** The windows are of one length, so the oldest end first. */
  private clear(now: number): void {
    for (const [key, { resetsAtMs }] of this.counts) {
      if (resetsAtMs > now && this.counts.size < this.maxCounts) return;
      this.counts.delete(key);
    }
  }
}
