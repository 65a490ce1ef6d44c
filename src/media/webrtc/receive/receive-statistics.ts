/** Reception statistics of one stream for receiver reports (RFC 3550 §6.4.1, A.3, A.8). */
import type { ReportBlock, SenderReport } from '../../codec/rtp/rtcp';
import { ntpMiddle } from '../../codec/rtp/rtcp';

export class ReceiveStatistics {
  private base = -1;
  private highest = -1;
  private received = 0;
  private expectedBefore = 0;
  private receivedBefore = 0;
  private jitter = 0;
  private transit: number | null = null;
  private lastReport: { middle: number; at: number } | null = null;

  constructor(private readonly clockRate: number) {}

  /** `sequence` unwrapped, `now` in ms. */
  packet(sequence: number, timestamp: number, now: number): void {
    if (this.base < 0) this.base = sequence;
    this.received++;
    if (sequence <= this.highest) return;
    this.highest = sequence;
    const transit = (now * this.clockRate) / 1000 - timestamp;
    if (this.transit !== null) {
      const difference = Math.abs(transit - this.transit);
      // A jump of the timestamps (or their wrap) isn't jitter.
      if (difference < this.clockRate) this.jitter += (difference - this.jitter) / 16;
    }
    this.transit = transit;
  }

  senderReport(report: SenderReport, now: number): void {
    this.lastReport = { middle: ntpMiddle(report.ntp), at: now };
  }

  /** The block for the interval since the last call; null before the first packet. */
  report(ssrc: number, now: number): ReportBlock | null {
    if (this.base < 0) return null;
    const expected = this.highest - this.base + 1;
    const expectedNow = expected - this.expectedBefore;
    const lostNow = expectedNow - (this.received - this.receivedBefore);
    this.expectedBefore = expected;
    this.receivedBefore = this.received;
    return {
      ssrc,
      fractionLost:
        expectedNow > 0 && lostNow > 0 ? Math.min(255, Math.floor((lostNow * 256) / expectedNow)) : 0,
      packetsLost: expected - this.received,
      highestSequence: this.highest % 0x1_0000_0000,
      jitter: Math.floor(this.jitter),
      lastSenderReport: this.lastReport?.middle ?? 0,
      delaySinceLastSenderReport: this.lastReport
        ? Math.floor(((now - this.lastReport.at) * 65_536) / 1000)
        : 0,
    };
  }
}
