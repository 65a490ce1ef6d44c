/** The shortest way is looked for in the last one or two windows, ms. */
const WINDOW_MS = 5000;

/**
 * The shortest transit time (arrival here minus time at the sender, ms) seen lately. It follows the drift of the
 * sender's clock, and what is longer than it is jitter.
 */
export class ShortestWay {
  private current = Infinity;
  private previous = Infinity;
  private windowStartMs = -Infinity;

  observe(transitMs: number, arrivalMs: number): void {
    if (arrivalMs - this.windowStartMs > WINDOW_MS) {
      this.previous = this.current;
      this.current = Infinity;
      this.windowStartMs = arrivalMs;
    }
    this.current = Math.min(this.current, transitMs);
  }

  /** Infinity before anything was observed. */
  get ms(): number {
    return Math.min(this.current, this.previous);
  }

  reset(): void {
    this.current = this.previous = Infinity;
    this.windowStartMs = -Infinity;
  }
}
