export interface GateLimits {
  /** Bytes that may wait for a reader before it loses units, besides a large start that is on its way. */
  maxQueueBytes: number;
  /** A reader that has been losing units for longer than this is too slow, ms. Default: never. */
  maxSkipMs?: number;
}

/**
 * Decides for one slow reader what it gets: once more than `maxQueueBytes` wait, it loses everything up to the next
 * point where it can start decoding and by then has room again. A start that is larger than that doesn't count until it
 * is through: such a keyframe would otherwise cost every reader its GOP, however quick its network.
 */
export class KeyframeGate {
  /** Calls of `admit` that were answered with no. */
  dropped = 0;
  private skippingSince: number | null = null;
  /** Of the largest start since less than `maxQueueBytes` waited. */
  private startBytes = 0;

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

  /** So many bytes are queued for a reader to begin with. */
  begin(bytes: number): void {
    this.startBytes = Math.max(this.startBytes, bytes);
  }

  /** May this unit (or batch) of `bytes` be queued, with `queuedBytes` waiting now? `start`: decoding may begin with it. */
  admit(queuedBytes: number, start: boolean, bytes: number): boolean {
    const { maxQueueBytes } = this.limits;
    if (queuedBytes <= maxQueueBytes) this.startBytes = 0;
    if (this.skippingSince !== null) {
      // Half empty, so that it doesn't lose the very next frames again.
      if (start && queuedBytes <= maxQueueBytes / 2) this.skippingSince = null;
    } else if (queuedBytes > maxQueueBytes + this.startBytes) {
      this.skippingSince = this.now();
    }
    if (this.skippingSince !== null) {
      this.dropped += 1;
      return false;
    }
    if (start) this.begin(bytes);
    return true;
  }
}
