/** The server's clock, as far as its answers tell: devices are off by minutes. */
export class ServerClock {
  private aheadMs = 0;

  /** ms since 1970. */
  now(): number {
    return Date.now() + this.aheadMs;
  }

  /**
   * @param date the `Date` header of an answer that has just come. It counts whole seconds, so less than two of them are
   *   taken as none.
   */
  told(date: string | null): void {
    const offset = (date === null ? NaN : Date.parse(date)) - Date.now();
    this.aheadMs = Number.isNaN(offset) || Math.abs(offset) < 2000 ? 0 : offset;
  }
}
