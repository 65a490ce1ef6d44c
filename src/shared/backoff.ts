/**
 * Pause before the next attempt, ms: doubles with every failure in a row.
 * @param failures in a row, from 1
 */
export function backoff(failures: number, { firstMs, mostMs }: { firstMs: number; mostMs: number }): number {
  // 2 ** 30 is beyond every limit, and keeps the product exact.
  return Math.min(firstMs * 2 ** Math.min(failures - 1, 30), mostMs);
}
