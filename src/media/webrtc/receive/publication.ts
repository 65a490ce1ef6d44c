/** One stream from a publisher, on its way in: order, loss, keyframes, reports; and its readers. */
import type { Fir, Nack, Pli, ReportBlock, SenderReport } from '../../codec/rtp/rtcp';
import { ntpToMs } from '../../codec/rtp/rtcp';
import { SequenceUnwrapper, timestampDelta, type RtpPacket } from '../../codec/rtp/rtp';
import type { MasKind } from '../../../contracts';
import { CLOCK_RATE, type RtpCodec } from '../codecs';
import { keyframeHeight, startsKeyframe } from './keyframe';
import type { ClockReading, MediaPacket } from '../media-packet';
import { NackGenerator } from './nack-generator';
import { PacketHistory } from '../packet-history';
import { PaddingFilter } from './padding-filter';
import { ReceiveStatistics } from './receive-statistics';

/** SSRC of MAS itself in the feedback it sends. */
export const FEEDBACK_SSRC = 1;
const KEYFRAME_THROTTLE_MS = 300;
/** A keyframe that was asked for and hasn't come is asked for again: browsers ignore what comes too soon for them. */
const KEYFRAME_REPEAT_MS = 500;
/** By default, ms. */
const SILENCE_MS = 2000;
/** A stream whose timestamps are further behind its clock than this has stopped that clock meanwhile, ms. */
const MAX_BEHIND_MS = 40;

export interface PublicationReader {
  /** Whether it can't go on without a keyframe. */
  readonly waiting: boolean;
  write(packet: MediaPacket, now: number): void;
  clock(reading: ClockReading): void;
  /** The stream begins anew (the publisher changed its SSRC). */
  restart(): void;
}

/** Sends feedback to the publisher. */
export type Feedback = (packets: (Nack | Pli | Fir)[]) => void;

/** Puts the publisher's NTP clock on this node's: one offset for all its streams, so that they stay in sync. */
export class PublisherClock {
  private offsetMs: number | null = null;

  /** Unix ms here of an NTP time there; the first call fixes the offset. */
  toLocal(ntp: bigint, nowMs: number): number {
    const remote = ntpToMs(ntp);
    this.offsetMs ??= nowMs - remote;
    return remote + this.offsetMs;
  }
}

export class Publication {
  /** Packets came just now, and no longer ago than a silence lasts. */
  active = false;
  ssrc: number | null = null;
  /** ms of the clock that `receive` is given; -Infinity before the first packet. */
  lastPacketAt = -Infinity;
  /** Highest number of a packet that was handed on. */
  newest = -1;
  /** Of the latest keyframe, pixels; 0 before the first, and for sound. */
  height = 0;
  /** bit/s of payload over the last interval between two reports. */
  bitrate = 0;
  readonly history = new PacketHistory();
  readonly counters = { packets: 0, bytes: 0, nacksSent: 0, givenUp: 0, padding: 0, keyframeRequests: 0 };
  private readonly readers = new Set<PublicationReader>();
  private readonly nacks = new NackGenerator();
  private readonly padding = new PaddingFilter();
  private unwrapper = new SequenceUnwrapper();
  private statistics: ReceiveStatistics;
  private lastKeyframeRequestAt = -Infinity;
  private keyframeWanted = false;
  /** A keyframe was asked for, and none has come since. */
  private keyframeOwed = false;
  private reading: (ClockReading & { at: number }) | null = null;
  private lastStart: Buffer | null = null;
  private counted = { bytes: 0, at: -Infinity };

  constructor(
    readonly kind: MasKind,
    readonly codec: RtpCodec,
    private readonly clock: PublisherClock,
    private readonly feedback: Feedback,
    /** Called when `active` changes. */
    private readonly onActivity: () => void,
    /** Without packets for this long it counts as stopped, ms. */
    private readonly silenceMs = SILENCE_MS,
  ) {
    this.statistics = new ReceiveStatistics(this.clockRate);
  }

  get clockRate(): number {
    return CLOCK_RATE[this.codec];
  }

  addReader(reader: PublicationReader): void {
    this.readers.add(reader);
  }

  removeReader(reader: PublicationReader): void {
    this.readers.delete(reader);
  }

  /** `now`: ms of a monotonic clock, here and in all that follows. */
  receive(rtp: RtpPacket, now: number): void {
    if (rtp.ssrc !== this.ssrc) this.begin(rtp.ssrc);
    this.lastPacketAt = now;
    const original = this.unwrapper.unwrap(rtp.sequenceNumber);
    this.statistics.packet(original, rtp.timestamp, now);
    if (!this.nacks.received(original, now) && this.kind === 'video') this.keyframeWanted = true;
    const sequence = this.padding.renumber(original, rtp.payload.length === 0);
    if (rtp.payload.length === 0) this.counters.padding++;
    if (sequence === null) return;
    this.counters.packets++;
    this.counters.bytes += rtp.payload.length;
    const packet: MediaPacket = {
      sequence,
      timestamp: rtp.timestamp,
      marker: rtp.marker,
      payload: rtp.payload,
      start: startsKeyframe(this.codec, rtp.payload),
    };
    if (packet.start && this.kind === 'video') this.keyframeBegins(packet);
    if (sequence > this.newest) this.newest = sequence;
    this.history.put(packet);
    for (const reader of this.readers) reader.write(packet, now);
    if (!this.active) this.setActive(true);
  }

  senderReport(report: SenderReport, now: number, nowMs: number): void {
    if (report.ssrc !== this.ssrc) return;
    this.statistics.senderReport(report, now);
    const reading = { ntpMs: this.clock.toLocal(report.ntp, nowMs), timestamp: report.rtpTimestamp };
    this.reading = { ...reading, at: now };
    for (const reader of this.readers) reader.clock(reading);
  }

  /** The publisher's clock as its last sender report had it; null before the first. */
  get lastReading(): ClockReading | null {
    return this.reading;
  }

  /**
   * The publisher's clock now, carried on from its last sender report; null before the first. Where its timestamps stood
   * still meanwhile, as a microphone's do that sends nothing, the last packet tells where they are.
   */
  clockReading(now: number): ClockReading | null {
    if (!this.reading) return null;
    const elapsed = now - this.reading.at;
    const timestamp = (this.reading.timestamp + this.ticks(elapsed)) >>> 0;
    const [last, sinceLast] = [this.history.get(this.newest), now - this.lastPacketAt];
    const behind = last ? timestampDelta(timestamp, last.timestamp) - this.ticks(sinceLast) : 0;
    const stood = behind > this.ticks(MAX_BEHIND_MS) ? behind : 0;
    return { ntpMs: this.reading.ntpMs + elapsed, timestamp: (timestamp - stood) >>> 0 };
  }

  /** Asks the publisher for a keyframe at the next `scan`, at most every 300 ms. */
  requestKeyframe(): void {
    if (this.kind === 'video') this.keyframeWanted = true;
  }

  /** Every 20 ms: NACKs and keyframe requests that are due, and the check for silence. */
  scan(now: number): void {
    if (this.active && now - this.lastPacketAt > this.silenceMs) this.setActive(false);
    if (this.ssrc === null) return;
    if (this.nacks.waiting) this.sendNacks(now);
    const sinceRequest = now - this.lastKeyframeRequestAt;
    if (this.kind !== 'video' || sinceRequest < KEYFRAME_THROTTLE_MS) return;
    if (!this.keyframeWanted && (sinceRequest < KEYFRAME_REPEAT_MS || !this.keyframeMissing())) return;
    this.keyframeWanted = false;
    this.keyframeOwed = true;
    this.lastKeyframeRequestAt = now;
    this.counters.keyframeRequests++;
    this.feedback([{ type: 'pli', senderSsrc: FEEDBACK_SSRC, mediaSsrc: this.ssrc }]);
  }

  /** Report block for the publisher; null before the first packet. */
  report(now: number): ReportBlock | null {
    this.measure(now);
    return this.ssrc === null ? null : this.statistics.report(this.ssrc, now);
  }

  private keyframeBegins({ sequence, payload }: MediaPacket): void {
    // A keyframe that is recovered late was on its way before it was asked for.
    if (sequence > this.newest) this.keyframeOwed = this.keyframeWanted = false;
    // Parameter sets are the same before almost every keyframe.
    if (this.lastStart?.equals(payload)) return;
    this.lastStart = payload;
    this.height = keyframeHeight(this.codec, payload);
  }

  private measure(now: number): void {
    const { bytes, at } = this.counted;
    this.bitrate = ((this.counters.bytes - bytes) * 8000) / (now - at);
    this.counted = { bytes: this.counters.bytes, at: now };
  }

  private begin(ssrc: number): void {
    const again = this.ssrc !== null;
    this.ssrc = ssrc;
    if (!again) return;
    this.unwrapper = new SequenceUnwrapper();
    this.statistics = new ReceiveStatistics(this.clockRate);
    this.nacks.reset();
    this.padding.reset();
    this.history.clear();
    this.reading = null;
    this.newest = -1;
    this.requestKeyframe();
    for (const reader of this.readers) reader.restart();
  }

  private sendNacks(now: number): void {
    const { sequenceNumbers, gaveUp } = this.nacks.due(now);
    this.counters.givenUp += gaveUp;
    if (gaveUp > 0) this.requestKeyframe();
    if (sequenceNumbers.length === 0) return;
    this.counters.nacksSent += sequenceNumbers.length;
    this.feedback([{ type: 'nack', senderSsrc: FEEDBACK_SSRC, mediaSsrc: this.ssrc!, sequenceNumbers }]);
  }

  /** A stream that has stopped isn't expected to send one, unless a reader waits for it to begin. */
  private keyframeMissing(): boolean {
    if (this.keyframeOwed && this.active) return true;
    for (const reader of this.readers) if (reader.waiting) return true;
    return false;
  }

  private ticks(ms: number): number {
    return Math.round((ms * this.clockRate) / 1000);
  }

  private setActive(active: boolean): void {
    this.active = active;
    this.onActivity();
  }
}
