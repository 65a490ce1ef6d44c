import { isFatal, MAX_SETBACKS, pauseAfter } from './retry';

describe('retry', () => {
  it('tries again at once, then with growing pauses', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map(pauseAfter)).toEqual([0, 250, 500, 1000, 2000, 4000, 4000]);
  });

  it('gives a media node time to come back before a task fails', () => {
    const pauses = Array.from({ length: MAX_SETBACKS - 1 }, (_, n) => pauseAfter(n + 1));
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(30_000);
  });

  it('takes a refusal for final only where the push had not run', () => {
    expect(isFatal({ code: 'refused', detail: '' }, false)).toBe(true);
    expect(isFatal({ code: 'refused', detail: '' }, true)).toBe(false);
    expect(isFatal({ code: 'crashed', detail: '' }, false)).toBe(false);
  });
});
