/**
 * One outgoing RTP stream with an SSRC of its own, fed by one publication after another: a slot of a subscriber's
 * connection, or a source of a mixer. Receivers see a single stream without seams: sequence numbers and timestamps
 * are rewritten, NACKs answered from the publication's history, sender reports passed on with the same offset.
 * Between layers of the same picture it goes over without a seam in time: `switchTo`.
 */
import { msToNtp, serializeRtcp, type SenderReport, type SourceDescription } from '../codec/rtcp';
import { seqDelta, timestampDelta } from '../codec/rtp';
import { CLOCK_RATE, PAYLOAD_TYPE, type MasCodec } from './codec';
import type { ClockReading, MediaPacket } from './media-packet';
import { Feed, type FeedReader } from './feed';
import type { Publication } from './publication';

/** Where a writer's packets go: a WebRTC transport or a UDP address. Both take a buffer that is used again. */
export interface PacketSink {
  sendRtp(packet: Buffer): boolean;
  sendRtcp(packet: Buffer): boolean;
}

const HEADER_BYTES = 12;
/** Packets sent again per second and stream; beyond it requests are ignored. */
const MAX_RESENT_PER_SECOND = 500;
/** A switch of layers waits so long for the rest of the picture that is being sent, ms. */
const MAX_UNFINISHED_MS = 60;
/** Two layers can't be further apart in time; what is has clocks that can't be believed, ms. */
const MAX_APART_MS = 500;
/** Between the last picture of one layer and the first of another, where they are of the same moment, ms. */
const MIN_STEP_MS = 1;

/** Packets are built here and sent at once, so one buffer does for all writers. */
const scratch = Buffer.alloc(HEADER_BYTES + 65_536);
let scratchView = scratch;
/** Whose payload is in the buffer: the same packet goes to all readers one after the other. */
let scratchPayload: Buffer | null = null;

export class StreamWriter implements FeedReader {
  /** The next packet sent must be one a decoder can start at. */
  private pending = false;
  readonly counters = { packets: 0, bytes: 0, dropped: 0, resent: 0 };
  private feed: Feed | null = null;
  /** The layer that takes its place when it has a keyframe. */
  private next: Feed | null = null;
  private codec: MasCodec = 'opus';
  private sequenceOffset = 0;
  private timestampOffset = 0;
  /** Unwrapped number of the publication's first packet that was sent. */
  private first = 0;
  /** Highest number, its timestamp and when it was sent, of the outgoing stream; -1 before the first packet. */
  private lastSequence = -1;
  private lastTimestamp = 0;
  private lastAt = 0;
  /** The last packet of a picture was sent. */
  private complete = true;
  private resendWindow = { from: -Infinity, count: 0 };

  constructor(
    readonly ssrc: number,
    private readonly cname: string,
    private readonly sink: PacketSink,
    /** Codecs the receiver can decode. */
    private readonly accepts: (codec: MasCodec) => boolean = () => true,
  ) {}

  /** What feeds the stream now. */
  get source(): Publication | null {
    return this.feed?.publication ?? null;
  }

  /** Waits for a keyframe that the receiver could use. Whoever can't receive yet shall cost the publisher none. */
  get waiting(): boolean {
    return this.pending && this.accepts(this.codec);
  }

  waitsFor(feed: Feed): boolean {
    return feed === this.feed ? this.waiting : feed.start < 0;
  }

  /** Feeds the stream from `publication` from now on (video from its next keyframe on), or from nothing. */
  attach(publication: Publication | null): void {
    if (this.source === publication) return;
    this.stay();
    this.feed?.end();
    this.feed = publication && new Feed(publication, this);
    this.pending = publication !== null;
    if (!publication) return;
    this.codec = publication.codec;
    if (this.waiting) publication.requestKeyframe();
  }

  /** Goes over to another layer of the track; the present one is sent until that has a keyframe. */
  switchTo(layer: Publication): void {
    if (this.source === layer) return this.stay();
    if (!this.feed || this.pending) return this.attach(layer);
    if (this.next?.publication === layer) return;
    this.stay();
    this.next = new Feed(layer, this);
    layer.requestKeyframe();
  }

  restarted(feed: Feed): void {
    if (feed === this.feed) this.pending = true;
  }

  receive(feed: Feed, packet: MediaPacket, now: number): void {
    if (feed === this.feed) this.write(packet, now);
    // Cutting into a picture would show half of it; one that never ends is given up.
    else if (feed.start >= 0 && (this.complete || now - feed.startedAt > MAX_UNFINISHED_MS)) this.goOver(now);
  }

  private write(packet: MediaPacket, now: number): void {
    if (this.pending) {
      if (!packet.start || !this.accepts(this.codec)) return;
      this.begin(packet, now, this.lastTimestamp + this.ticks(now - this.lastAt));
    }
    // Late packets from before the start belong to pictures that the receiver never began.
    if (packet.sequence < this.first) return;
    const sequence = packet.sequence + this.sequenceOffset;
    const timestamp = (packet.timestamp + this.timestampOffset) >>> 0;
    if (sequence > this.lastSequence) {
      this.lastSequence = sequence;
      this.lastTimestamp = timestamp;
      this.lastAt = now;
      this.complete = packet.marker;
    }
    this.send(packet, sequence, timestamp);
    if (this.next && this.next.start >= 0 && this.complete) this.goOver(now);
  }

  clock(feed: Feed, reading: ClockReading): void {
    if (feed === this.feed && !this.pending) this.reportClock(reading);
  }

  private reportClock(reading: ClockReading): void {
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
    const { source } = this;
    if (!source || this.pending) return;
    if (now - this.resendWindow.from > 1000) this.resendWindow = { from: now, count: 0 };
    for (const number of sequenceNumbers) {
      const sequence = this.lastSequence + seqDelta(number, this.lastSequence & 0xffff);
      const original = sequence - this.sequenceOffset;
      const packet = original >= this.first ? source.history.get(original) : undefined;
      if (!packet || this.resendWindow.count >= MAX_RESENT_PER_SECOND) continue;
      this.resendWindow.count++;
      this.counters.resent++;
      this.send(packet, sequence, (packet.timestamp + this.timestampOffset) >>> 0);
    }
  }

  requestKeyframe(): void {
    this.source?.requestKeyframe();
  }

  /** Joins the publication to what was sent before: numbers go on by one, the first timestamp is as given. */
  private begin(packet: MediaPacket, now: number, timestamp: number): void {
    this.pending = false;
    this.first = packet.sequence;
    if (this.lastSequence >= 0) {
      this.timestampOffset = (timestamp - packet.timestamp) | 0;
      this.sequenceOffset = this.lastSequence + 1 - packet.sequence;
    }
    // The receiver shall know at once how sound and picture belong together, not only at the next report.
    const reading = this.source?.clockReading(now);
    if (reading) this.reportClock(reading);
  }

  /** To the next layer, from its keyframe on: what has come of it meanwhile is sent now. */
  private goOver(now: number): void {
    const [before, next] = [this.feed!, this.next!];
    const { history, newest } = next.publication;
    const first = history.get(next.start);
    if (!first) return next.restart();
    this.next = null;
    this.feed = next;
    before.end();
    this.begin(first, now, this.joined(before.publication, next.publication, first, now));
    for (let sequence = next.start; sequence <= newest; sequence++) {
      const packet = history.get(sequence);
      if (packet) this.write(packet, now);
    }
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
    const timestamp = here.timestamp + this.timestampOffset + Math.round((takenMs - here.ntpMs) * rate);
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
