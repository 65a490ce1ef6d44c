/**
 * One outgoing RTP stream with an SSRC of its own, fed by one publication after another: a slot of a subscriber's
 * connection, or a source of a mixer. Receivers see a single stream without seams: sequence numbers and timestamps
 * are rewritten, NACKs answered from the publication's history, sender reports passed on with the same offset.
 */
import { msToNtp, serializeRtcp, type SenderReport, type SourceDescription } from '../codec/rtcp';
import { seqDelta } from '../codec/rtp';
import { CLOCK_RATE, PAYLOAD_TYPE, type MasCodec } from './codec';
import type { ClockReading, MediaPacket } from './media-packet';
import type { Publication, PublicationReader } from './publication';

/** Where a writer's packets go: a WebRTC transport or a UDP address. Both take a buffer that is used again. */
export interface PacketSink {
  sendRtp(packet: Buffer): boolean;
  sendRtcp(packet: Buffer): boolean;
}

const HEADER_BYTES = 12;
/** Packets sent again per second and stream; beyond it requests are ignored. */
const MAX_RESENT_PER_SECOND = 500;

/** Packets are built here and sent at once, so one buffer does for all writers. */
const scratch = Buffer.alloc(HEADER_BYTES + 65_536);
let scratchView = scratch;
/** Whose payload is in the buffer: the same packet goes to all readers one after the other. */
let scratchPayload: Buffer | null = null;

export class StreamWriter implements PublicationReader {
  /** The next packet sent must be one a decoder can start at. */
  private pending = false;
  readonly counters = { packets: 0, bytes: 0, dropped: 0, resent: 0 };
  private publication: Publication | null = null;
  private codec: MasCodec = 'opus';
  private sequenceOffset = 0;
  private timestampOffset = 0;
  /** Unwrapped number of the publication's first packet that was sent. */
  private first = 0;
  /** Highest number, its timestamp and when it was sent, of the outgoing stream; -1 before the first packet. */
  private lastSequence = -1;
  private lastTimestamp = 0;
  private lastAt = 0;
  private resendWindow = { from: -Infinity, count: 0 };

  constructor(
    readonly ssrc: number,
    private readonly cname: string,
    private readonly sink: PacketSink,
    /** Codecs the receiver can decode. */
    private readonly accepts: (codec: MasCodec) => boolean = () => true,
  ) {}

  /** Waits for a keyframe that the receiver could use. Whoever can't receive yet shall cost the publisher none. */
  get waiting(): boolean {
    return this.pending && this.accepts(this.codec);
  }

  /** Feeds the stream from `publication` from now on (video from its next keyframe on), or from nothing. */
  attach(publication: Publication | null): void {
    if (this.publication === publication) return;
    this.publication?.removeReader(this);
    this.publication = publication;
    this.pending = publication !== null;
    if (!publication) return;
    this.codec = publication.codec;
    publication.addReader(this);
    if (this.waiting) publication.requestKeyframe();
  }

  restart(): void {
    this.pending = true;
  }

  write(packet: MediaPacket, now: number): void {
    if (this.pending) {
      if (!packet.start || !this.accepts(this.codec)) return;
      this.begin(packet, now);
    }
    // Late packets from before the start belong to pictures that the receiver never began.
    if (packet.sequence < this.first) return;
    const sequence = packet.sequence + this.sequenceOffset;
    const timestamp = (packet.timestamp + this.timestampOffset) >>> 0;
    if (sequence > this.lastSequence) {
      this.lastSequence = sequence;
      this.lastTimestamp = timestamp;
      this.lastAt = now;
    }
    this.send(packet, sequence, timestamp);
  }

  clock(reading: ClockReading): void {
    if (this.pending || !this.publication) return;
    const report: SenderReport = {
      type: 'sr',
      ssrc: this.ssrc,
      ntp: msToNtp(reading.ntpMs),
      rtpTimestamp: (reading.timestamp + this.timestampOffset) >>> 0,
      packetCount: this.counters.packets,
      octetCount: this.counters.bytes,
      reports: [],
    };
    const description: SourceDescription = { type: 'sdes', chunks: [{ ssrc: this.ssrc, cname: this.cname }] };
    this.sink.sendRtcp(serializeRtcp([report, description]));
  }

  /** Sends what a NACK asks for, as far as it is of the present publication and still in its history. */
  resend(sequenceNumbers: number[], now: number): void {
    if (!this.publication || this.pending) return;
    if (now - this.resendWindow.from > 1000) this.resendWindow = { from: now, count: 0 };
    for (const number of sequenceNumbers) {
      const sequence = this.lastSequence + seqDelta(number, this.lastSequence & 0xffff);
      const original = sequence - this.sequenceOffset;
      const packet = original >= this.first ? this.publication.history.get(original) : undefined;
      if (!packet || this.resendWindow.count >= MAX_RESENT_PER_SECOND) continue;
      this.resendWindow.count++;
      this.counters.resent++;
      this.send(packet, sequence, (packet.timestamp + this.timestampOffset) >>> 0);
    }
  }

  requestKeyframe(): void {
    this.publication?.requestKeyframe();
  }

  /** Joins the publication to what was sent before: numbers go on by one, timestamps by the time that passed. */
  private begin(packet: MediaPacket, now: number): void {
    this.pending = false;
    this.first = packet.sequence;
    if (this.lastSequence >= 0) {
      const elapsed = Math.max(1, Math.round(((now - this.lastAt) * CLOCK_RATE[this.codec]) / 1000));
      this.timestampOffset = (this.lastTimestamp + elapsed - packet.timestamp) | 0;
      this.sequenceOffset = this.lastSequence + 1 - packet.sequence;
    }
    // The receiver shall know at once how sound and picture belong together, not only at the next report.
    const reading = this.publication?.clockReading(now);
    if (reading) this.clock(reading);
  }

  private send(packet: MediaPacket, sequence: number, timestamp: number): void {
    const length = HEADER_BYTES + packet.payload.length;
    scratch[0] = 0x80;
    scratch[1] = (packet.marker ? 0x80 : 0) | PAYLOAD_TYPE[this.codec];
    scratch[2] = (sequence >> 8) & 0xff;
    scratch[3] = sequence & 0xff;
    scratch.writeUInt32BE(timestamp, 4);
    scratch.writeUInt32BE(this.ssrc, 8);
    if (scratchPayload !== packet.payload) packet.payload.copy(scratch, HEADER_BYTES);
    scratchPayload = packet.payload;
    if (scratchView.length !== length) scratchView = scratch.subarray(0, length);
    if (this.sink.sendRtp(scratchView)) {
      this.counters.packets++;
      this.counters.bytes += packet.payload.length;
    } else {
      this.counters.dropped++;
    }
  }
}
