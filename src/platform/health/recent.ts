/** Asks one at a time, and not again for a while, however often it is asked: everybody gets the last answer. */
export class Recent<T> {
  private answer: Promise<T> | null = null;
  private keptUntilMs = 0;

  /** @param ask never rejects */
  constructor(
    private readonly ask: () => Promise<T>,
    private readonly keepMs: number,
  ) {}

  get(): Promise<T> {
    if (!this.answer || this.keptUntilMs <= performance.now()) {
      this.keptUntilMs = Infinity;
      this.answer = this.ask().finally(() => (this.keptUntilMs = performance.now() + this.keepMs));
    }
    return this.answer;
  }
}
