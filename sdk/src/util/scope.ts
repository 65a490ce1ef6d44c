/** What something holds as long as it lives: timers, listeners, connections. Ended together, the last first. */
export class Scope {
  private readonly ends: (() => void)[] = [];
  private over = false;

  get isOver(): boolean {
    return this.over;
  }

  /** What is held after the end is ended at once. */
  hold(end: () => void): void {
    if (this.over) end();
    else this.ends.push(end);
  }

  /** Idempotent. */
  end(): void {
    this.over = true;
    for (const end of this.ends.splice(0).reverse()) end();
  }
}
