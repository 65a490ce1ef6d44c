/** One outgoing RTP stream: numbering, sender reports (RFC 3550 §6.4.1) and answers to NACKs. */
import { randomInt } from 'node:crypto';
import { msToNtp, serializeRtcp } from '../../media/codec/rtp/rtcp';
import { buildRtp } from '../../media/codec/rtp/rtp';
import type { WebRtcTransport } from '../../media/webrtc/transport';

/** Packets kept for sending again. */
const HISTORY = 512;

/** Relates media time to wall-clock time, once for all streams of a sender: that is what keeps them in sync. */
export class MediaClock {
  private epochMs: number | null = null;

  start(timeMs: number): void {
    this.epochMs ??= Date.now() - timeMs;
  }

  /** Media time of a wall-clock time, ms; null before the start. */
  at(wallMs: number): number | null {
    return this.epochMs === null ? null : wallMs - this.epochMs;
  }
}

export class RtpSender {
  private sequence = randomInt(0, 0x8000);
  private readonly base = randomInt(0, 0xffff_ffff);
  private readonly history: Buffer[] = new Array<Buffer>(HISTORY);
  private packets = 0;
  private octets = 0;

  constructor(
    private readonly transport: WebRtcTransport,
    private readonly clock: MediaClock,
    readonly ssrc: number,
    private readonly payloadType: number,
    private readonly clockRate: number,
  ) {}

  /** Sends the payloads of one frame; the last one carries the marker. `timeMs`: media time. */
  send(payloads: Buffer[], timeMs: number): void {
    this.clock.start(timeMs);
    const timestamp = this.timestamp(timeMs);
    payloads.forEach((payload, index) => {
      const sequenceNumber = this.sequence++ & 0xffff;
      const marker = index === payloads.length - 1;
      const { payloadType, ssrc } = this;
      const packet = buildRtp({ marker, payloadType, sequenceNumber, timestamp, ssrc, payload });
      this.history[sequenceNumber % HISTORY] = packet;
      this.transport.sendRtp(packet);
      this.packets++;
      this.octets += payload.length;
    });
    if (this.packets === payloads.length) this.report();
  }

  resend(sequenceNumbers: number[]): void {
    for (const number of sequenceNumbers) {
      const packet = this.history[number % HISTORY];
      if (packet?.readUInt16BE(2) === number) this.transport.sendRtp(packet);
    }
  }

  /** A sender report for this moment; nothing before the first packet. */
  report(): void {
    const now = Date.now();
    const timeMs = this.clock.at(now);
    if (timeMs === null || this.packets === 0) return;
    this.transport.sendRtcp(
      serializeRtcp([
        {
          type: 'sr',
          ssrc: this.ssrc,
          ntp: msToNtp(now),
          rtpTimestamp: this.timestamp(timeMs),
          packetCount: this.packets,
          octetCount: this.octets,
          reports: [],
        },
      ]),
    );
  }

  private timestamp(timeMs: number): number {
    return (this.base + Math.round((timeMs * this.clockRate) / 1000)) >>> 0;
  }
}
