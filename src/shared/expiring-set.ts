/** Remembers values until a time, and no more of them than `limit`: beyond that the one that expires first goes. */
export class ExpiringSet {
  private readonly until = new Map<string, number>();

  constructor(private readonly limit: number) {}

  /**
   * @param untilMs when it is forgotten, by the same clock as `nowMs`
   * @returns false where it was there already
   */
  add(value: string, untilMs: number, nowMs: number): boolean {
    if (this.has(value, nowMs)) return false;
    this.until.set(value, untilMs);
    if (this.until.size > this.limit) this.shrink(nowMs);
    return true;
  }

  has(value: string, nowMs: number): boolean {
    return (this.until.get(value) ?? -Infinity) > nowMs;
  }

  private shrink(nowMs: number): void {
    for (const [value, untilMs] of this.until) if (untilMs <= nowMs) this.until.delete(value);
    while (this.until.size > this.limit) {
      const [first] = [...this.until].reduce((a, b) => (b[1] < a[1] ? b : a));
      this.until.delete(first);
    }
  }
}
