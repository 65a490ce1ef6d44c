/** Counts the pictures of a mix, and the largest time between two of them. */
export class FrameCount {
  out = 0;
  /** ms */
  maxGapMs = 0;
  private lastMs: number | null = null;

  count(nowMs: number): void {
    if (this.lastMs !== null) this.maxGapMs = Math.max(this.maxGapMs, nowMs - this.lastMs);
    this.lastMs = nowMs;
    this.out++;
  }

  /** No pictures are wanted for a while: that is no gap between two. */
  pause(): void {
    this.lastMs = null;
  }
}
