import { RateCounters } from './rate-counters';

describe('RateCounters', () => {
  let now = 0;
  const counters = (max?: number) => new RateCounters(() => now, max);
  beforeEach(() => {
    now = 1_000_000;
  });

  it('lets the limit pass in each window, and says when the next begins', async () => {
    const counts = counters();
    const ask = () => counts.increment('a', 60_000, 2);
    expect(await ask()).toMatchObject({ totalHits: 1, isBlocked: false, timeToExpire: 60 });
    now += 1_500;
    expect(await ask()).toMatchObject({ totalHits: 2, isBlocked: false, timeToExpire: 59 });
    expect(await ask()).toMatchObject({ isBlocked: true, timeToBlockExpire: 59 });
    now += 58_500;
    expect(await ask()).toMatchObject({ totalHits: 1, isBlocked: false });
  });

  it('counts each key for itself', async () => {
    const counts = counters();
    await counts.increment('a', 60_000, 1);
    expect(await counts.increment('b', 60_000, 1)).toMatchObject({ isBlocked: false });
    expect(await counts.increment('a', 60_000, 1)).toMatchObject({ isBlocked: true });
  });

  it('forgets what is over, and never holds more than its bound', async () => {
    const counts = counters(3);
    for (const key of ['a', 'b', 'c', 'd', 'e']) await counts.increment(key, 60_000, 1);
    expect(counts.size).toBe(3);
    now += 60_000;
    await counts.increment('f', 60_000, 1);
    expect(counts.size).toBe(1);
  });
});
