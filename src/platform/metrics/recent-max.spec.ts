import { RecentMax } from './recent-max';

describe('RecentMax', () => {
  const MINUTE_MS = 60_000;

  it('has the largest of each label for 5 to 10 minutes', () => {
    let nowMs = 0;
    const recent = new RecentMax(() => nowMs);
    const values = (minute: number) => {
      nowMs = minute * MINUTE_MS;
      return Object.fromEntries(recent.values());
    };
    for (const value of [2, 7, 3]) recent.add('flv', value);
    recent.add('hls', 0);
    expect(values(4)).toEqual({ flv: 7, hls: 0 });
    expect(values(6)).toEqual({ flv: 7, hls: 0 });
    recent.add('flv', 1);
    expect(values(9.9)).toEqual({ flv: 7, hls: 0 });
    expect(values(10)).toEqual({ flv: 1 });
    expect(values(30)).toEqual({});
  });
});
