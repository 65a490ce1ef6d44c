/** Who speaks loudest, without a change at every word. */

/** The speaker stays at least this long, ms. */
const STAYS_MS = 2000;

/** dBFS, root mean square. @param samples -1 .. 1 */
export function levelOf(samples: Float32Array): number {
  const mean = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return 10 * Math.log10(mean || 1e-10);
}

export class LoudestOf {
  private current: string | null = null;
  private since = -Infinity;

  /**
   * @param heard who speaks now, with their level (dB)
   * @param now ms, of a clock that only goes forward
   */
  next(heard: readonly (readonly [userId: string, decibel: number])[], now: number): string | null {
    const [first] = [...heard].sort(([, a], [, b]) => b - a);
    if (!first || first[0] === this.current || now - this.since < STAYS_MS) return this.current;
    this.since = now;
    return (this.current = first[0]);
  }
}
