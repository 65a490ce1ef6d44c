import { Reporters } from './reporters';

describe('Reporters', () => {
  let nowMs: number;
  /** Runs through the numbers from 0 to below 1, evenly. */
  let turn: number;
  let reporters: Reporters;
  beforeEach(() => {
    [nowMs, turn] = [0, 0];
    const golden = (Math.sqrt(5) - 1) / 2;
    reporters = new Reporters(
      () => nowMs,
      () => (turn++ * golden) % 1,
    );
  });
  /** How many of those who come are asked. */
  const asked = (come: number, viewers: (i: number) => number, apartMs: number) =>
    Array.from({ length: come }, (_, i) => {
      nowMs += apartMs;
      return reporters.everyMs('c', viewers(i));
    }).filter((everyMs) => everyMs !== null).length;

  it('are all viewers of a small audience, every 15 s', () => {
    expect(reporters.everyMs('c', 0)).toBe(15_000);
    expect(asked(200, (i) => i, 100)).toBe(200);
  });

  it('are a share of a large one', () => {
    const share = asked(1000, () => 20_000, 1000) / 1000;
    expect(share).toBeGreaterThan(0.005);
    expect(share).toBeLessThan(0.015);
  });

  it('are few of many who come before anybody has counted them', () => {
    const count = asked(10_000, () => 0, 0.2);
    expect(count).toBeGreaterThan(200);
    expect(count).toBeLessThan(1200);
  });

  it('of one channel don’t depend on another', () => {
    asked(5000, () => 0, 0);
    turn = 1;
    expect(reporters.everyMs('c', 0)).toBeNull();
    expect(reporters.everyMs('other', 0)).toBe(15_000);
  });
});
