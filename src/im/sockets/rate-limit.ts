import { DomainError } from '../../platform/common';

/** At most `limit` calls within any `windowMs`. */
export class RateLimit {
  private readonly calls: number[] = [];

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws DomainError rate_limited; a refused call doesn't count */
  take(): void {
    const now = this.now();
    while (this.calls.length > 0 && (this.calls[0] ?? 0) <= now - this.windowMs) this.calls.shift();
    if (this.calls.length >= this.limit) {
      const waitMs = (this.calls[0] ?? now) + this.windowMs - now;
      throw new DomainError('rate_limited', { retryAfterMs: Math.ceil(waitMs) });
    }
    this.calls.push(now);
  }
}
