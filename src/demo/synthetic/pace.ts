/** Looks at the clock this often, ms. */
const TICK_MS = 10;

/** Calls `send` once per `unitMs` of real time, with the media time of the unit; late ticks catch up. */
export class Pace {
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private units = 0;

  /** @param unitMs length of a unit, ms, fractions allowed */
  constructor(
    private readonly unitMs: number,
    private readonly send: (timeMs: number) => void,
  ) {
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const due = (performance.now() - this.startedAt) / this.unitMs;
    while (this.units < due) this.send(this.units++ * this.unitMs);
  }
}
