/**
 * A member whose camera and microphone have clocks of their own, as real devices have: pictures with their numbers, and a
 * beep at every second of true time with DTX in between, sampled, stamped and sent at the pace of either device. Their sender reports relate
 * each device's time to true time, which is all that a receiver has to bring them together.
 */
import { parseAvcDecoderConfig, splitAnnexB } from '../../src/media/codec/h264/h264';
import { packetizeH264 } from '../../src/media/codec/h264/h264-packetizer';
import { msToNtp, serializeRtcp } from '../../src/media/codec/rtp/rtcp';
import { buildRtp } from '../../src/media/codec/rtp/rtp';
import { H264Encoder } from '../../src/media/ffmpeg/h264-encoder';
import { Canvas } from '../../src/media/mixer/mcu/canvas';
import type { EgressMember, EgressTrack, Forward } from '../../test/support/fakes/fake-egress';
import { bitAreas } from './numbered-pictures';
import { OpusEncoder, OPUS_SAMPLES } from './opus-encoder';

export const PICTURE = { width: 320, height: 240, fps: 30, gop: 30, videoBitrate: 200_000, audioBitrate: 0 };
const WHITE = [235, 128, 128] as const;
const BLACK = [16, 128, 128] as const;
/** Seconds of a beep. */
const BEEP_S = 0.2;
/** Seconds of silence before DTX begins, and packets from one that is sent to the next. */
const [DTX_AFTER_S, DTX_PACKETS] = [0.2, 20];
export const BEEP_HZ = 1000;
const BITS = bitAreas(PICTURE.width, PICTURE.height);
const TICK_MS = 5;
const REPORT_MS = 1000;

/** How far the devices' clocks are off, parts per million; positive: fast. */
export interface Drift {
  audioPpm: number;
  videoPpm: number;
}

/** One device: its units a second by its own clock, and the RTP ticks of each. */
class Device {
  readonly track: EgressTrack;
  private readonly rate: number;
  private sequence = 0;
  private units = 0;
  private octets = 0;

  constructor(
    source: EgressTrack['source'],
    private readonly ticksPerUnit: number,
    ppm: number,
  ) {
    this.track = { source, history: new Map() };
    this.rate = source.clockRate * (1 + ppm / 1e6);
  }

  /** True time of a tick, in seconds since the devices began. */
  trueTime(tick: number): number {
    return tick / this.rate;
  }

  /** Sends the units that are due; `payloads` gives those of the unit that begins at a tick. */
  run(elapsedS: number, payloads: (firstTick: number) => Buffer[], forward: Forward): void {
    for (; this.trueTime((this.units + 1) * this.ticksPerUnit) <= elapsedS; this.units++) {
      const timestamp = this.units * this.ticksPerUnit;
      const parts = payloads(timestamp);
      parts.forEach((payload, index) => {
        const marker = index === parts.length - 1;
        const sequenceNumber = this.sequence++ & 0xffff;
        this.octets += payload.length;
        forward(
          this.track,
          buildRtp({ marker, payloadType: 0, sequenceNumber, timestamp, ssrc: 0, payload }),
        );
      });
    }
  }

  report(epochMs: number, elapsedS: number, forward: Forward): void {
    const rtpTimestamp = Math.round(elapsedS * this.rate) >>> 0;
    const counts = { packetCount: this.sequence, octetCount: this.octets, reports: [] };
    const ntp = msToNtp(epochMs + elapsedS * 1000);
    forward(this.track, serializeRtcp([{ type: 'sr', ssrc: 0, ntp, rtpTimestamp, ...counts }]));
  }
}

export class DriftingClocksMember implements EgressMember {
  private readonly camera: Device;
  private readonly microphone: Device;
  private readonly canvas = new Canvas(PICTURE.width, PICTURE.height, 'bt601');
  private readonly x264 = new H264Encoder(PICTURE);
  private readonly opus = new OpusEncoder();
  private readonly parameterSets: Buffer[];
  private timers: NodeJS.Timeout[] = [];
  private pictures = 0;

  constructor(userId: string, drift: Drift) {
    const member = { memberId: `member-${userId}`, userId };
    const video = { kind: 'video', ssrc: 902, payloadType: 96, codec: 'h264', clockRate: 90_000 } as const;
    const audio = { kind: 'audio', ssrc: 901, payloadType: 111, codec: 'opus', clockRate: 48_000 } as const;
    this.camera = new Device({ ...member, ...video }, video.clockRate / PICTURE.fps, drift.videoPpm);
    this.microphone = new Device({ ...member, ...audio }, OPUS_SAMPLES, drift.audioPpm);
    const config = parseAvcDecoderConfig(this.x264.decoderConfig)!;
    this.parameterSets = [...config.sps, ...config.pps];
  }

  get tracks(): EgressTrack[] {
    return [this.camera.track, this.microphone.track];
  }

  start(forward: Forward): Promise<void> {
    const [epochMs, origin] = [Date.now(), performance.now()];
    const elapsed = () => (performance.now() - origin) / 1000;
    const send = () => {
      this.camera.run(elapsed(), () => this.picture(), forward);
      this.microphone.run(elapsed(), (tick) => this.sound(tick), forward);
    };
    const report = () => {
      for (const device of [this.camera, this.microphone]) device.report(epochMs, elapsed(), forward);
    };
    this.timers = [setInterval(send, TICK_MS), setInterval(report, REPORT_MS)];
    return Promise.resolve();
  }

  stop(): Promise<void> {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    this.x264.close();
    this.opus.close();
    this.canvas.close();
    return Promise.resolve();
  }

  private picture(): Buffer[] {
    for (const [bit, area] of BITS.entries())
      this.canvas.fill(area, (this.pictures >> bit) & 1 ? WHITE : BLACK);
    const picture = this.x264.encode(this.canvas.frame, this.pictures++, false);
    if (!picture) return [];
    const nals = splitAnnexB(picture.data);
    return packetizeH264(picture.keyframe ? [...this.parameterSets, ...nals] : nals);
  }

  /** Between two beeps the talker is silent (DTX, as Chromium does it: a packet of comfort noise every 400 ms). */
  private sound(tick: number): Buffer[] {
    const phase = this.microphone.trueTime(tick) % 1;
    const silent = phase > BEEP_S + DTX_AFTER_S && phase < 1 - OPUS_SAMPLES / 48_000;
    if (silent && (tick / OPUS_SAMPLES) % DTX_PACKETS !== 0) return [];
    const sample = (index: number) => {
      const seconds = this.microphone.trueTime(tick + index);
      return seconds % 1 < BEEP_S ? Math.sin(2 * Math.PI * BEEP_HZ * seconds) * 0.8 : 0;
    };
    return [this.opus.encode(Float32Array.from({ length: OPUS_SAMPLES }, (_, index) => sample(index)))];
  }
}
