import { H264Depacketizer } from '../codec/h264/h264-depacketizer';
import type { AccessUnit } from '../codec/rtp/depacketizer';
import { buildAvcDecoderConfig, joinAvcc, NAL, nalType, splitAnnexB } from '../codec/h264/h264';
import type { ClockReading, MediaPacket } from '../webrtc/media-packet';
import type { PublicationReader } from '../webrtc/receive/publication';
import { FrameAssembler } from '../playout/frame-assembler';
import type { MediaUnit } from '../stream';
import type { LipSync, TrackClock } from './track-clock';

/**
 * A publisher's H.264 on its way from RTP to units. Packets are brought into order; once one is lost for good nothing
 * comes out before the next keyframe, so that no broken picture reaches a viewer. Parameter sets become a
 * configuration whenever they change (browsers change the size with bandwidth and CPU).
 */
export class VideoTrack implements PublicationReader {
  /** A keyframe is needed to go on. */
  waiting = true;
  /** When the last keyframe came out, monotonic ms. */
  lastKeyframeMs = -Infinity;
  private readonly assembler = new FrameAssembler<MediaPacket & { sequenceNumber: number }>(
    new H264Depacketizer(),
    { onFrame: (unit, nowMs) => this.take(unit, nowMs), onInterrupt: () => (this.waiting = true) },
  );
  private sets: { sps: Buffer[]; pps: Buffer[] } = { sps: [], pps: [] };
  private config: Buffer | null = null;
  private lastDtsMs = -Infinity;

  /** @param emit gets configurations and frames; their times are those of `timing`, corrected by `lipSync` */
  constructor(
    private readonly timing: TrackClock,
    private readonly lipSync: LipSync,
    private readonly emit: (unit: MediaUnit) => void,
  ) {}

  write(packet: MediaPacket, nowMs: number): void {
    this.assembler.push({ ...packet, sequenceNumber: packet.sequence & 0xffff }, nowMs);
  }

  clock(reading: ClockReading): void {
    this.timing.onSenderReport(reading);
  }

  /** Another SSRC: nothing of what was begun goes on. */
  restart(): void {
    this.assembler.restart();
  }

  /** To be called every 20 ms: gives up holes that are too old. */
  scan(nowMs: number): void {
    this.assembler.scan(nowMs);
  }

  private take({ data, keyframe, timestamp }: AccessUnit, nowMs: number): void {
    if (!data) {
      this.waiting = true;
      return;
    }
    const nals = splitAnnexB(data);
    this.learn(nals);
    if (this.waiting && !(keyframe && this.sets.sps.length > 0 && this.sets.pps.length > 0)) return;
    const slices = nals.filter(isCodedPicture);
    if (slices.length === 0) return;
    this.waiting = false;
    const dtsMs = this.time(timestamp, nowMs);
    if (keyframe) {
      this.lastKeyframeMs = nowMs;
      this.announce(dtsMs);
    }
    this.emit({ kind: 'video', dtsMs, ptsMs: dtsMs, keyframe, data: joinAvcc(slices) });
  }

  /** Keeps the parameter sets of an access unit that has any. */
  private learn(nals: Buffer[]): void {
    const sps = nals.filter((nal) => nalType(nal) === NAL.sps && nal.length >= 4);
    const pps = nals.filter((nal) => nalType(nal) === NAL.pps);
    if (sps.length > 0) this.sets.sps = sps.slice(0, MAX_SETS);
    if (pps.length > 0) this.sets.pps = pps.slice(0, MAX_SETS);
  }

  private announce(dtsMs: number): void {
    const config = buildAvcDecoderConfig(this.sets.sps, this.sets.pps);
    if (this.config?.equals(config)) return;
    this.config = config;
    this.emit({ kind: 'video-config', dtsMs, config });
  }

  private time(timestamp: number, nowMs: number): number {
    this.timing.observe(timestamp, nowMs);
    const ms = this.timing.place(timestamp, nowMs);
    const dtsMs = Math.max(Math.round(ms + this.lipSync.correctionMs(ms)), this.lastDtsMs + 1);
    this.lastDtsMs = dtsMs;
    return dtsMs;
  }
}

/** An AVC configuration holds no more. */
const MAX_SETS = 31;

/** Slices and what describes them; parameter sets go into the configuration, delimiters and filling nowhere. */
function isCodedPicture(nal: Buffer): boolean {
  const type = nalType(nal);
  return (type >= NAL.slice && type <= NAL.idr) || type === NAL.sei;
}
