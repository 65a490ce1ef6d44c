import { Histogram, spreadOf } from './histogram';

function of(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

/** By the nearest rank. */
function exact(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1]!;
}

const MAX = 3_600_000;
/** Evenly over the orders of magnitude, and each whole number of the smallest. */
const many = [
  ...Array.from({ length: 120 }, (_, i) => i),
  ...Array.from({ length: 5_000 }, (_, i) => Math.round(Math.exp((i / 4_999) * Math.log(MAX)))),
];

describe('Histogram', () => {
  it('has each value within 5 %, and the largest exactly', () => {
    for (const value of many) {
      const { p50, max } = spreadOf(of([value, value, MAX]))!;
      expect(max).toBe(MAX);
      expect(Math.abs(p50 - value)).toBeLessThanOrEqual(value * 0.05);
    }
  });

  it('has quantiles of what was added', () => {
    const spread = spreadOf(of(many))!;
    expect(spread).toMatchObject({ count: many.length, max: MAX });
    for (const [share, quantile] of [
      [0.5, spread.p50],
      [0.95, spread.p95],
    ] as const) {
      expect(Math.abs(quantile / exact(many, share) - 1)).toBeLessThan(0.05);
    }
  });

  it('adds up to the same, however it was divided', () => {
    const parts = [of(many.slice(0, 1000)), of(many.slice(1000))];
    const sum = new Histogram();
    for (const part of parts) sum.merge(part);
    expect(sum).toEqual(of(many));
  });

  it('has so many buckets and no more', () => {
    expect(Object.keys(of(many).counts).length).toBeLessThanOrEqual(160);
  });

  it('says no more than the only value, and nothing of none', () => {
    expect(spreadOf(of([412.4]))).toEqual({ count: 1, p50: 412, p95: 412, max: 412 });
    expect(spreadOf(of([0]))).toEqual({ count: 1, p50: 0, p95: 0, max: 0 });
    expect(spreadOf(new Histogram())).toBeNull();
  });
});
