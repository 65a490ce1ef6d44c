import { breakerView, mayBegin, pauseAfterFailure } from './breaker';

const closed = { failures: 0, brokenSince: null, probeAt: null };
const down = (probeAt: number) => ({ failures: 6, brokenSince: new Date(1_000), probeAt: new Date(probeAt) });

describe('the breaker of an endpoint', () => {
  it('lets a bounded number of attempts run while it is closed', () => {
    expect([0, 3, 8, 9].map((running) => mayBegin(closed, running))).toEqual([8, 5, 0, 0]);
  });

  it('opens with the fifth failure in a row, and waits longer after each further one', () => {
    const pauses = [0, 3, 4, 5, 6, 30].map((failures) => pauseAfterFailure({ ...closed, failures }));
    expect(pauses).toEqual([null, null, 5_000, 10_000, 20_000, 300_000]);
  });

  it('lets one attempt begin when its time has come, and none beside it', () => {
    expect(mayBegin(down(5_000), 0, 4_999)).toBe(0);
    expect(mayBegin(down(5_000), 0, 5_000)).toBe(1);
    expect(mayBegin(down(5_000), 1, 5_000)).toBe(0);
  });

  it('is shown with since when, and when it is tried again', () => {
    expect(breakerView(closed)).toEqual({
      state: 'closed',
      failures: 0,
      openedAt: null,
      nextAttemptAt: null,
    });
    const times = {
      failures: 6,
      openedAt: '1970-01-01T00:00:01.000Z',
      nextAttemptAt: '1970-01-01T00:00:05.000Z',
    };
    expect(breakerView(down(5_000), 4_999)).toEqual({ state: 'open', ...times });
    expect(breakerView(down(5_000), 5_000)).toEqual({ state: 'half_open', ...times });
  });
});
