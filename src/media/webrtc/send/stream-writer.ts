/**
 * One outgoing RTP stream with an SSRC of its own that carries one publication after another: a slot of a subscriber's
 * connection, or a source of a mixer. Receivers see a single stream without seams: sequence numbers, timestamps and
 * the counters of VP8 are rewritten (`splice.ts`), NACKs answered from the publication's history, sender reports
 * passed on with the same offset. Between layers of the same picture there is no seam in time either: `switchTo`.
 */
import { msToNtp, serializeRtcp, type SenderReport, type SourceDescription } from '../../codec/rtp/rtcp';
import { seqDelta, timestampDelta } from '../../codec/rtp/rtp';
import { shiftVp8 } from '../../codec/vp8/vp8-descriptor';
import { CLOCK_RATE, PAYLOAD_TYPE, type RtpCodec } from '../codecs';
import type { ClockReading, MediaPacket } from '../media-packet';

import { HISTORY } from '../packet-history';
import type { Publication } from '../receive/publication';
import { Splice } from './splice';
import { Subscription, type SubscriptionReader } from './subscription';

/** Where a writer's packets go: a WebRTC transport or a UDP address. Both take a buffer that is used again. */
export interface PacketSink {
  sendRtp(packet: Buffer): boolean;
  sendRtcp(packet: Buffer): boolean;
}

const HEADER_BYTES = 12;
/** Packets sent again per second and stream; beyond it requests are ignored. */
const MAX_RESENT_PER_SECOND = 500;
/** A switch of layers waits this long for the rest of the picture that is being sent, ms. */
const MAX_UNFINISHED_MS = 60;
/** Two layers can't be further apart in time; if they are, their clocks can't be believed, ms. */
const MAX_APART_MS = 500;
/** Between the last picture of one layer and the first of another, where they are of the same moment, ms. */
const MIN_STEP_MS = 1;

/** Packets are built here and sent at once, so one buffer does for all writers. */
const scratch = Buffer.alloc(HEADER_BYTES + 65_536);
let scratchView = scratch;
/** Whose payload is in the buffer: the same packet goes to all readers one after the other. */
let scratchPayload: Buffer | null = null;

export class StreamWriter implements SubscriptionReader {
  /** The next packet sent must be one a decoder can start at. */
  private pending = false;
  readonly counters = { packets: 0, bytes: 0, dropped: 0, resent: 0 };
  private current: Subscription | null = null;
  /** The layer that takes its place when it has a keyframe. */
  private next: Subscription | null = null;
  private codec: RtpCodec = 'opus';
  /** How the publication sent now, or last, is numbered; and the one before it, of which packets may have been lost. */
  private splice: Splice | null = null;
  private previous: Splice | null = null;
  /** Of the outgoing stream: the packet with the highest number, that number, its timestamp, and when it was sent. */
  private last: MediaPacket | null = null;
  private lastSequence = -1;
  private lastTimestamp = 0;
  private lastAt = 0;
  private resendWindow = { from: -Infinity, count: 0 };

  constructor(
    readonly ssrc: number,
    private readonly cname: string,
    private readonly sink: PacketSink,
    /** Codecs the receiver can decode. */
    private readonly accepts: (codec: RtpCodec) => boolean = () => true,
  ) {}

  /** What is sent now. */
  get source(): Publication | null {
    return this.current?.publication ?? null;
  }

  /** Waits for a keyframe that the receiver could use. A receiver that isn't connected yet costs the publisher none. */
  get waiting(): boolean {
    return this.pending && this.accepts(this.codec);
  }

  waitsFor(subscription: Subscription): boolean {
    return subscription === this.current ? this.waiting : subscription.start < 0;
  }

  /** Sends `publication` from now on (video from its next keyframe on), or nothing. */
  attach(publication: Publication | null): void {
    if (this.source === publication) return;
    this.stay();
    this.current?.end();
    this.current = publication && new Subscription(publication, this);
    this.pending = publication !== null;
    if (!publication) return;
    this.codec = publication.codec;
    if (this.waiting) publication.requestKeyframe();
  }

  /** Goes over to another layer of the track; the present one is sent until that has a keyframe. */
  switchTo(layer: Publication): void {
    if (this.source === layer) return this.stay();
    if (!this.current || this.pending) return this.attach(layer);
    if (this.next?.publication === layer) return;
    this.stay();
    this.next = new Subscription(layer, this);
    layer.requestKeyframe();
  }

  restarted(subscription: Subscription): void {
    if (subscription === this.current) this.pending = true;
  }

  receive(subscription: Subscription, packet: MediaPacket, now: number): void {
    if (subscription !== this.current) return this.tryGoOver(now);
    if (!this.pending) this.forward(packet, now);
    else if (packet.start && this.accepts(this.codec))
      this.begin(packet, now, this.lastTimestamp + this.ticks(now - this.lastAt));
    if (this.next && this.last?.marker) this.tryGoOver(now);
  }

  private forward(packet: MediaPacket, now: number): void {
    const splice = this.splice!;
    // Late packets from before the start belong to pictures that the receiver never began.
    if (packet.sequence < splice.first.sequence) return;
    const sequence = packet.sequence + splice.sequenceOffset;
    if (sequence > this.lastSequence) {
      this.last = packet;
      this.lastSequence = sequence;
      this.lastTimestamp = splice.timestamp(packet);
      this.lastAt = now;
    }
    this.send(packet, sequence, splice);
  }

  clock(subscription: Subscription, reading: ClockReading): void {
    if (subscription === this.current && !this.pending) this.reportClock(reading);
  }

  private reportClock(reading: ClockReading): void {
    const report: SenderReport = {
      type: 'sr',
      ssrc: this.ssrc,
      ntp: msToNtp(reading.ntpMs),
      rtpTimestamp: (reading.timestamp + this.splice!.timestampOffset) >>> 0,
      packetCount: this.counters.packets,
      octetCount: this.counters.bytes,
      reports: [],
    };
    const description: SourceDescription = { type: 'sdes', chunks: [{ ssrc: this.ssrc, cname: this.cname }] };
    this.sink.sendRtcp(serializeRtcp([report, description]));
  }

  /** Sends what a NACK asks for, as far as it is still in the history of its publication, as it was the first time. */
  resend(sequenceNumbers: number[], now: number): void {
    // Packets of a publication that is no longer sent stay unsent.
    if (!this.source) return;
    if (now - this.resendWindow.from > 1000) this.resendWindow = { from: now, count: 0 };
    for (const number of sequenceNumbers) {
      const sequence = this.lastSequence + seqDelta(number, this.lastSequence & 0xffff);
      const { splice } = this;
      if (!splice || sequence > this.lastSequence || this.resendWindow.count >= MAX_RESENT_PER_SECOND)
        continue;
      const from = sequence - splice.sequenceOffset >= splice.first.sequence ? splice : this.previous;
      const packet = from?.find(sequence);
      if (!from || !packet) continue;
      this.resendWindow.count++;
      this.counters.resent++;
      this.send(packet, sequence, from);
    }
  }

  requestKeyframe(): void {
    this.source?.requestKeyframe();
  }

  /**
   * Joins the publication to what was sent before, from `first` on: numbers go on by one, the first timestamp is as
   * given. What came ahead of `first`, because that was lost and sent again, or while it was waited for, follows.
   */
  private begin(first: MediaPacket, now: number, timestamp: number): void {
    const publication = this.source!;
    this.pending = false;
    const { last, splice } = this;
    const before = last && splice && { packet: last, splice };
    const sequenceOffset = last ? this.lastSequence + 1 - first.sequence : 0;
    const timestampOffset = last ? (timestamp - first.timestamp) | 0 : 0;
    this.previous = splice;
    this.splice = new Splice(publication, first, sequenceOffset, timestampOffset, before);
    // So that the receiver knows at once how sound and picture belong together, not only at the next report.
    const reading = publication.clockReading(now);
    if (reading) this.reportClock(reading);
    // The publisher chooses its numbers; what can still be there is no further away than the history is long.
    const end = Math.min(publication.newest, first.sequence + HISTORY);
    for (let sequence = first.sequence; sequence <= end; sequence++) {
      const packet = publication.history.get(sequence);
      if (packet) this.forward(packet, now);
    }
  }

  /**
   * Switches layer once its whole keyframe has arrived, and only between pictures. A current picture that never ends is
   * given up.
   */
  private tryGoOver(now: number): void {
    const [before, next] = [this.current!, this.next!];
    if (next.start < 0) return;
    const first = next.publication.history.get(next.start);
    if (!first) return next.restart();
    if (!this.last?.marker && now - next.startedAt <= MAX_UNFINISHED_MS) return;
    if (!next.keyframeWhole) return;
    this.next = null;
    this.current = next;
    before.end();
    this.begin(first, now, this.joined(before.publication, next.publication, first, now));
  }

  /**
   * The timestamp for a packet of another layer of the same picture, by the time at which it was taken, which the
   * sender reports of both tell; always after what was sent. Without reports it is by the time that passed.
   */
  private joined(from: Publication, to: Publication, packet: MediaPacket, now: number): number {
    const [here, there] = [from.lastReading, to.lastReading];
    if (!here || !there) return this.lastTimestamp + this.ticks(now - this.lastAt);
    const rate = CLOCK_RATE[this.codec] / 1000;
    const takenMs = there.ntpMs + timestampDelta(packet.timestamp, there.timestamp) / rate;
    const timestamp =
      here.timestamp + this.splice!.timestampOffset + Math.round((takenMs - here.ntpMs) * rate);
    const stepMs = timestampDelta(timestamp, this.lastTimestamp) / rate;
    if (stepMs > now - this.lastAt + MAX_APART_MS) return this.lastTimestamp + this.ticks(now - this.lastAt);
    return stepMs < MIN_STEP_MS ? this.lastTimestamp + this.ticks(MIN_STEP_MS) : timestamp;
  }

  /** At least one. */
  private ticks(ms: number): number {
    return Math.max(1, Math.round((ms * CLOCK_RATE[this.codec]) / 1000));
  }

  /** No other layer is waited for any more. */
  private stay(): void {
    this.next?.end();
    this.next = null;
  }

  private send(packet: MediaPacket, sequence: number, splice: Splice): void {
    const { codec } = splice.publication;
    const length = HEADER_BYTES + packet.payload.length;
    scratch[0] = 0x80;
    scratch[1] = (packet.marker ? 0x80 : 0) | PAYLOAD_TYPE[codec];
    scratch[2] = (sequence >> 8) & 0xff;
    scratch[3] = sequence & 0xff;
    scratch.writeUInt32BE(splice.timestamp(packet), 4);
    scratch.writeUInt32BE(this.ssrc, 8);
    if (scratchPayload !== packet.payload) packet.payload.copy(scratch, HEADER_BYTES);
    scratchPayload = packet.payload;
    // Even where nothing is added: the reader before may have had another shift.
    if (codec === 'vp8') shiftVp8(packet.payload, splice.shift, scratch, HEADER_BYTES);
    if (scratchView.length !== length) scratchView = scratch.subarray(0, length);
    if (this.sink.sendRtp(scratchView)) {
      this.counters.packets++;
      this.counters.bytes += packet.payload.length;
    } else {
      this.counters.dropped++;
    }
  }
}
