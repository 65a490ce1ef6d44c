const WINDOW_MS = 5 * 60_000;

/** The largest values of this window of 5 minutes and of the one before, by label. */
export class RecentMax {
  private current = new Map<string, number>();
  private previous = new Map<string, number>();
  private windowEndsMs: number;

  /** @param now ms, rising */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.windowEndsMs = now() + WINDOW_MS;
  }

  add(label: string, value: number): void {
    this.turn();
    this.current.set(label, Math.max(value, this.current.get(label) ?? value));
  }

  /** Of each label that had one. */
  values(): Map<string, number> {
    this.turn();
    const all = new Map(this.previous);
    for (const [label, value] of this.current) all.set(label, Math.max(value, all.get(label) ?? value));
    return all;
  }

  private turn(): void {
    const late = this.now() - this.windowEndsMs;
    if (late < 0) return;
    this.previous = late < WINDOW_MS ? this.current : new Map<string, number>();
    this.current = new Map();
    this.windowEndsMs += WINDOW_MS * (1 + Math.floor(late / WINDOW_MS));
  }
}
