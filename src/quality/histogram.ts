import type { Spread } from '../contracts';

/** Each bucket ends 10 % above where it begins, so its middle is within 5 % of all that is in it. */
const RATIO = Math.log(1.1);

/** How many values were in each bucket; what comes from different places is added up. */
export type Counts = Record<string, number>;

/**
 * The distribution of a figure in whole ms, in buckets that are everybody's, so that histograms of several minutes or
 * processes add up. Below 3,600,000 there are 160 of them. The maximum is exact.
 */
export class Histogram {
  readonly counts: Counts = {};
  max = 0;

  /** @param value ms, from 0; rounded */
  add(value: number): void {
    const whole = Math.round(value);
    this.increase(bucketOf(whole), 1);
    this.max = Math.max(this.max, whole);
  }

  merge(other: Histogram): void {
    for (const [bucket, count] of Object.entries(other.counts)) this.increase(bucket, count);
    this.max = Math.max(this.max, other.max);
  }

  private increase(bucket: string | number, by: number): void {
    this.counts[bucket] = (this.counts[bucket] ?? 0) + by;
  }
}

/** Quantiles by the nearest rank, each within 5 % of the value that has it. null: there is no value. */
export function spreadOf({ counts, max }: Pick<Histogram, 'counts' | 'max'>): Spread | null {
  const buckets = Object.entries(counts).map(([bucket, n]) => ({ bucket: Number(bucket), n }));
  buckets.sort((a, b) => a.bucket - b.bucket);
  const count = buckets.reduce((sum, { n }) => sum + n, 0);
  if (count === 0) return null;
  const at = (share: number) => {
    let left = Math.ceil(share * count);
    const found = buckets.find(({ n }) => (left -= n) <= 0);
    return Math.min(max, found ? middleOf(found.bucket) : max);
  };
  return { count, p50: at(0.5), p95: at(0.95), max };
}

/** 0 for 0; bucket n holds from 1.1^(n-1) to below 1.1^n. */
function bucketOf(value: number): number {
  return value < 1 ? 0 : Math.floor(Math.log(value) / RATIO) + 1;
}

/** Between the smallest and the largest whole number in it. */
function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  const [from, next] = [bucket - 1, bucket].map((power) => Math.ceil(Math.exp(power * RATIO))) as [
    number,
    number,
  ];
  return (from + next - 1) / 2;
}
