import type { MixSeat } from '../contract';

/** When a mix begins: once every seat has delivered, at the latest a while after the first one did. */
export class StartRule {
  private firstDeliveryMs: number | null = null;

  /**
   * Has anybody delivered, so that the push should be opened? With nobody to wait for at once.
   *
   * @param delivered whether a seat has sent a picture where there is a camera, else sound
   * @param startTimeoutMs after the first delivery, the mix begins without those who still miss
   */
  look(
    seats: readonly MixSeat[],
    delivered: (seat: MixSeat) => boolean,
    { nowMs, startTimeoutMs }: { nowMs: number; startTimeoutMs: number },
  ): { open: boolean; begin: boolean } {
    // Nothing comes from those who are muted, and hidden or in a mix of sound only.
    const awaited = seats.filter(({ audio, video }) => audio || video);
    const here = awaited.filter(delivered).length;
    const nothingYet = here === 0 && awaited.length > 0;
    if (nothingYet && this.firstDeliveryMs === null) return { open: false, begin: false };
    this.firstDeliveryMs ??= nowMs;
    const waited = nowMs - this.firstDeliveryMs >= startTimeoutMs;
    return { open: true, begin: here === awaited.length || waited };
  }
}
