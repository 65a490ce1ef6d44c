export interface GateLimits {
  /** Bytes that may wait for a reader before it loses units. */
  maxQueueBytes: number;
  /** A reader that has been losing units for longer than this is too slow, ms. Default: never. */
  maxSkipMs?: number;
}

/**
 * Decides for one slow reader what it gets: once more than `maxQueueBytes` wait, it loses everything up to the next
 * point where it can start decoding and by then has room again.
 */
export class KeyframeGate {
  /** Calls of `admit` that were answered with no. */
  dropped = 0;
  private skippingSince: number | null = null;

  constructor(
    private readonly limits: GateLimits,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The reader has been losing units for longer than `maxSkipMs`: give it up. */
  get tooSlow(): boolean {
    return (
      this.skippingSince !== null && this.now() - this.skippingSince > (this.limits.maxSkipMs ?? Infinity)
    );
  }

  /** May this unit (or batch) be queued, with `queuedBytes` waiting now? `start`: decoding may begin with it. */
  admit(queuedBytes: number, start: boolean): boolean {
    const { maxQueueBytes } = this.limits;
    if (this.skippingSince !== null) {
      // Half empty, so that it doesn't lose the very next frames again.
      if (start && queuedBytes <= maxQueueBytes / 2) this.skippingSince = null;
    } else if (queuedBytes > maxQueueBytes) {
      this.skippingSince = this.now();
    }
    if (this.skippingSince === null) return true;
    this.dropped += 1;
    return false;
  }
}
