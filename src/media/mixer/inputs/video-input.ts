import { H264Depacketizer } from '../../codec/h264/h264-depacketizer';
import type { AccessUnit } from '../../codec/rtp/depacketizer';
import { ntpToMs, type SenderReport } from '../../codec/rtp/rtcp';
import type { RtpPacket } from '../../codec/rtp/rtp';
import { Vp8Depacketizer } from '../../codec/vp8/vp8-depacketizer';
import { FrameAssembler } from '../../playout/frame-assembler';
import type { PlayoutClock } from '../../playout/playout-clock';
import { StreamPlayout } from '../../playout/stream-playout';

/** A decoded picture; its holder frees it. */
export interface Freeable {
  free(): void;
}

/** Decodes one access unit at a time, without delay; pictures come with the ticks they were given. */
export interface VideoDecoder<P extends Freeable> {
  decode(data: Buffer, ticks: number): { ticks: number; picture: P }[];
  close(): void;
}

/** Least time between two keyframe requests, ms. */
const PLI_INTERVAL_MS = 500;
/** Decoded pictures that may wait for their time: MAX_DELAY_MS at 60 fps. */
const MAX_QUEUE = 16;
const VIDEO_RATE = 90_000;
/** A keyframe takes longer than the pictures around it; only what stays late came after a pause of the clock, ms. */
const MAX_DOUBT_MS = 300;

/** One member's camera: packets in, decoded pictures at their playout time out. */
export class VideoInput<P extends Freeable> {
  private readonly assembler: FrameAssembler<RtpPacket>;
  private readonly playout: StreamPlayout;
  private readonly queue: { ticks: number; picture: P }[] = [];
  private needsKeyframe = true;
  private lastPliMs = -Infinity;
  private closed = false;
  keyframeRequests = 0;
  /** Pictures that were decoded and then dropped, because too many waited. */
  picturesDropped = 0;

  constructor(
    codec: 'h264' | 'vp8',
    member: PlayoutClock,
    private readonly decoder: VideoDecoder<P>,
  ) {
    const depacketizer = codec === 'h264' ? new H264Depacketizer() : new Vp8Depacketizer();
    this.assembler = new FrameAssembler(depacketizer, {
      onFrame: (unit, nowMs) => this.decode(unit, nowMs),
      onInterrupt: () => (this.needsKeyframe = true),
    });
    this.playout = new StreamPlayout(VIDEO_RATE, member, MAX_DOUBT_MS);
  }

  get packetsLost(): number {
    return this.assembler.lost;
  }

  onRtp(packet: RtpPacket, nowMs: number): void {
    if (!this.closed) this.assembler.push(packet, nowMs);
  }

  onSenderReport(report: SenderReport): void {
    this.playout.onSenderReport(ntpToMs(report.ntp), report.rtpTimestamp);
  }

  /** Sequence numbers to ask the sender for now. Gives up holes that are too old. */
  requests(nowMs: number): number[] {
    this.assembler.scan(nowMs);
    return this.assembler.requests(nowMs);
  }

  /** Whether to ask for a keyframe now; true counts as asked. */
  wantsKeyframe(nowMs: number): boolean {
    if (this.closed || !this.needsKeyframe) return false;
    if (nowMs - this.lastPliMs < PLI_INTERVAL_MS) return false;
    this.lastPliMs = nowMs;
    this.keyframeRequests++;
    return true;
  }

  /** The newest picture due at `atMs` (monotonic), which the caller then owns; null when nothing new is due. */
  take(atMs: number): P | null {
    let picture: P | null = null;
    while (this.queue.length > 0 && this.playout.playoutMs(this.queue[0]!.ticks) <= atMs) {
      picture?.free();
      picture = this.queue.shift()!.picture;
    }
    return picture;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.clearQueue();
    this.decoder.close();
  }

  private decode(unit: AccessUnit, nowMs: number): void {
    if (!unit.data) {
      this.needsKeyframe = true;
      return;
    }
    this.playout.observe(unit.timestamp, nowMs);
    const ticks = this.playout.timeline.ticks(unit.timestamp);
    if (this.needsKeyframe && !unit.keyframe) return;
    this.needsKeyframe = false;
    for (const decoded of this.decoder.decode(unit.data, ticks)) this.queue.push(decoded);
    while (this.queue.length > MAX_QUEUE) {
      this.queue.shift()!.picture.free();
      this.picturesDropped++;
    }
  }

  private clearQueue(): void {
    for (const { picture } of this.queue) picture.free();
    this.queue.length = 0;
  }
}
