/** A node that has not reported for this long may be lost, ms. */
export const SILENCE_MS = 6_000;
/** A node that only doesn't answer is given up after this long where no other node is heard either, ms. */
const ALONE_MS = 30_000;
/** Between two ticks; a longer gap means that this process was paused, ms. */
const MAX_GAP_MS = 2_500;

/**
 * For how long this process has been able to hear the nodes. A process that was paused, or whose database was away,
 * has heard nobody, which says nothing of the nodes.
 */
export class Attention {
  private since: number | null = null;
  private last = -Infinity;

  /**
   * To be called about once a second.
   * @param nowMs of a monotonic clock
   * @param listening whether reports could be taken since the last tick
   * @returns ms without a break
   */
  tick(nowMs: number, listening: boolean): number {
    if (!listening || nowMs - this.last > MAX_GAP_MS) this.since = null;
    this.last = nowMs;
    if (!listening) return 0;
    this.since ??= nowMs;
    return nowMs - this.since;
  }
}

/** How a node takes a call of control: it answers, nobody listens at its address, or nothing comes back. */
export type Probe = 'answers' | 'refused' | 'silent';

/**
 * Is a node lost? Only where control has been listening for all of its silence, and has called it.
 * @param silentMs since its last report
 * @param attentiveMs see Attention
 * @param hearsOthers another node has reported lately: control's own network works
 */
export function isLost(p: {
  silentMs: number;
  attentiveMs: number;
  probe: Probe;
  hearsOthers: boolean;
}): boolean {
  const unheardMs = Math.min(p.silentMs, p.attentiveMs);
  if (unheardMs < SILENCE_MS || p.probe === 'answers') return false;
  return p.probe === 'refused' || p.hearsOthers || unheardMs >= ALONE_MS;
}
