import { backoff } from './backoff';

describe('backoff', () => {
  const limits = { firstMs: 200, mostMs: 5_000 };

  it('doubles from the first pause to the longest', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7].map((failures) => backoff(failures, limits));
    expect(pauses).toEqual([200, 400, 800, 1600, 3200, 5000, 5000]);
  });

  it('stays the longest, however often it failed', () => {
    expect(backoff(10_000, limits)).toBe(5000);
  });
});
