import { DomainError } from '../../platform/common';
import { RateLimit } from './rate-limit';

describe('RateLimit', () => {
  it('lets through what fits into any window, and says how long to wait', () => {
    let now = 0;
    const limit = new RateLimit(2, 5_000, () => now);
    limit.take();
    now = 1_500;
    limit.take();
    expect(() => limit.take()).toThrow(new DomainError('rate_limited', { retryAfterMs: 3500 }));
    now = 5_000;
    limit.take();
    expect(() => limit.take()).toThrow(/try again in 2 s/);
    now = 6_500;
    limit.take();
  });
});
