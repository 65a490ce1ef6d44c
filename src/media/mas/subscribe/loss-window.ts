/** The share of packets lost over enough of them, from receiver reports of any number of streams (RFC 3550 §6.4.1). */
import type { ReportBlock } from '../../codec/rtp/rtcp';

/** Fewer packets are too few to judge by: of ten, one is a tenth. */
const MIN_PACKETS = 100;

export class LossWindow {
  private readonly before = new Map<number, { highest: number; lost: number }>();
  private expected = 0;
  private lost = 0;

  add({ ssrc, highestSequence: highest, packetsLost: lost }: ReportBlock): void {
    const last = this.before.get(ssrc);
    this.before.set(ssrc, { highest, lost });
    // Streams have 16-bit numbers here: what went back has wrapped, or the receiver counts anew.
    if (!last || highest < last.highest) return;
    this.expected += highest - last.highest;
    // Negative when packets that were counted as lost arrived after all.
    this.lost += lost - last.lost;
  }

  /** 0..1, of what was added since the last answer; null: too little yet. */
  share(): number | null {
    if (this.expected < MIN_PACKETS) return null;
    const share = Math.min(Math.max(0, this.lost / this.expected), 1);
    this.clear();
    return share;
  }

  clear(): void {
    this.expected = this.lost = 0;
  }
}
