/** A picture that stands still for so long is a stall, ms. */
const STALL_MS = 200;
/**
 * One that isn't over yet, ms: a busy page may not have been told of a picture. And the first after a start: players show
 * one while they fill their buffers.
 */
const LONG_STALL_MS = 1000;

/** Counts the times that a picture stood still. */
export class Stalls {
  private count = 0;
  private ms = 0;
  /** Of the one that goes on, how much is in `ms`. */
  private counted = 0;

  /** The next picture came after this time, ms. @param isFirst the one before was the first */
  over(gapMs: number, isFirst: boolean): void {
    this.add(gapMs, isFirst ? LONG_STALL_MS : STALL_MS);
    this.counted = 0;
  }

  /** The picture stands since, ms. */
  goesOn(gapMs: number): void {
    this.add(gapMs, LONG_STALL_MS);
  }

  /** What goes on is of no concern any more. */
  forget(): void {
    this.counted = 0;
  }

  /** What has come since the last time. A stall that goes on is counted once. */
  take(): { stalls: number; stalledMs: number } {
    const taken = { stalls: this.count, stalledMs: this.ms };
    this.count = this.ms = 0;
    return taken;
  }

  private add(gapMs: number, fromMs: number): void {
    if (this.counted === 0) {
      if (gapMs < fromMs) return;
      this.count += 1;
    }
    this.ms += Math.max(0, gapMs - this.counted);
    this.counted = Math.max(this.counted, gapMs);
  }
}
