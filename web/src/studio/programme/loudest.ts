/** Who speaks loudest, without a change at every word. */

/** The speaker stays at least this long, ms. */
const STAYS_MS = 2000;

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
