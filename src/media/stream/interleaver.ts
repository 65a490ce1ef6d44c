export interface InterleaverLimits {
  /** Video waits for the audio of its time no longer than this, ms. */
  maxWaitMs: number;
  /** And no more units of it than this. */
  maxWaiting: number;
}

/**
 * Brings units into the order of their times. Audio comes out of its encoder later than the video of the same time
 * does, so video waits for it; where it doesn't come video goes on without.
 */
export class Interleaver<T extends { dtsMs: number }> {
  private readonly waiting: { unit: T; sinceMs: number }[] = [];

  constructor(
    private readonly limits: InterleaverLimits,
    private readonly emit: (unit: T) => void,
  ) {}

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /**
   * Takes a unit of video.
   * @param nowMs monotonic
   */
  hold(unit: T, nowMs: number): void {
    this.waiting.push({ unit, sinceMs: nowMs });
    this.scan(nowMs);
  }

  /** A unit of audio follows: what comes before it goes out. */
  releaseUpTo(dtsMs: number): void {
    this.release(({ unit }) => unit.dtsMs <= dtsMs);
  }

  /** To be called now and then, where `maxWaitMs` is to be kept. */
  scan(nowMs: number): void {
    const { maxWaitMs, maxWaiting } = this.limits;
    this.release(({ sinceMs }) => nowMs - sinceMs > maxWaitMs || this.waiting.length > maxWaiting);
  }

  clear(): void {
    this.waiting.length = 0;
  }

  private release(due: (waiting: { unit: T; sinceMs: number }) => boolean): void {
    while (this.waiting[0] && due(this.waiting[0])) this.emit(this.waiting.shift()!.unit);
  }
}
