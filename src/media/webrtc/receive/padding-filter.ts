/**
 * Numbers a stream anew so that packets without payload (Chromium's bandwidth probes) leave no gap. Works on
 * unwrapped sequence numbers; only padding that comes in order is counted out, a late one keeps its number, because
 * what follows has been numbered already.
 */
const MEMORY = 1024;

export class PaddingFilter {
  private highest = -1;
  private removed = 0;
  /** Numbers of recently removed packets, ascending. */
  private recent: number[] = [];

  /** The new number, or null for a packet that is to be dropped. */
  renumber(sequence: number, empty: boolean): number | null {
    const inOrder = sequence > this.highest;
    if (inOrder) this.highest = sequence;
    if (empty && inOrder) {
      this.removed++;
      this.recent.push(sequence);
      if (this.recent.length > MEMORY) this.recent.shift();
      return null;
    }
    if (inOrder || this.recent.length === 0) return sequence - this.removed;
    const after = this.recent.filter((number) => number > sequence).length;
    return sequence - (this.removed - after);
  }

  reset(): void {
    this.highest = -1;
    this.removed = 0;
    this.recent = [];
  }
}
