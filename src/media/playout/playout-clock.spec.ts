import { MAX_DELAY_MS, MIN_DELAY_MS, PlayoutClock } from './playout-clock';

describe('PlayoutClock', () => {
  it('follows the drift of the sender, up and down', () => {
    for (const drift of [1.0003, 0.9997]) {
      const clock = new PlayoutClock();
      let due = 0;
      for (let ms = 0; ms < 600_000; ms += 20) {
        clock.observe(ms * drift, ms + 30);
        due = clock.playoutMs(ms * drift) - (ms + 30);
      }
      expect(due).toBeGreaterThan(MIN_DELAY_MS - 7);
      expect(due).toBeLessThan(MIN_DELAY_MS + 7);
    }
  });

  it('raises the delay with the jitter, within bounds, and lowers it slowly', () => {
    const clock = new PlayoutClock();
    for (let ms = 0; ms < 1000; ms += 20) clock.observe(ms, ms);
    expect(clock.delayMs).toBe(MIN_DELAY_MS);
    clock.observe(1000, 1120);
    expect(clock.delayMs).toBe(130);
    for (let ms = 1020; ms < 3000; ms += 20) clock.observe(ms, ms + 100);
    expect(clock.delayMs).toBeGreaterThan(100);
    clock.observe(3000, 3900);
    expect(clock.delayMs).toBe(MAX_DELAY_MS);
  });

  it('starts anew when everything is too late, for the way has become longer', () => {
    const clock = new PlayoutClock();
    for (let ms = 0; ms < 6000; ms += 20) clock.observe(ms, ms + 10);
    for (let ms = 6000; ms < 6400; ms += 20) clock.observe(ms, ms + 900);
    expect(clock.playoutMs(6380)).toBe(6380 + 900 + MIN_DELAY_MS);
  });

  it('starts anew when the sender got another clock', () => {
    const clock = new PlayoutClock();
    clock.observe(0, 100);
    clock.observe(500_000, 120);
    expect(clock.playoutMs(500_000)).toBe(120 + MIN_DELAY_MS);
  });
});
