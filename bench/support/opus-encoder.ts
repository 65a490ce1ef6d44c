import {
  AV_CHANNEL_ORDER_NATIVE,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_SAMPLE_FMT_FLT,
  Codec,
  CodecContext,
  Frame,
  Packet,
  Rational,
} from 'node-av';
import { check } from '../../src/media/ffmpeg/av';

const RATE = 48_000;
/** Of one packet: 20 ms. */
export const OPUS_SAMPLES = 960;

/** Mono sound to Opus packets of 20 ms, by libopus without look-ahead of its own (`lowdelay`: 2.5 ms). */
export class OpusEncoder {
  private readonly context = new CodecContext();
  private readonly frame = new Frame();
  private readonly packet = new Packet();
  private samples = 0n;

  constructor() {
    const { context, frame } = this;
    const codec = Codec.findEncoderByName('libopus' as never);
    if (!codec) throw new Error('this FFmpeg build has no libopus');
    const mono = { nbChannels: 1, order: AV_CHANNEL_ORDER_NATIVE, mask: 4n };
    context.allocContext3(codec);
    context.sampleFormat = AV_SAMPLE_FMT_FLT;
    context.sampleRate = RATE;
    context.channelLayout = mono;
    context.timeBase = new Rational(1, RATE);
    context.bitRate = 48_000n;
    const set = context.setOption('application', 'lowdelay', AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
    check(set, 'a delay');
    check(context.open2Sync(null, null), 'opening libopus');
    frame.alloc();
    frame.format = AV_SAMPLE_FMT_FLT;
    frame.nbSamples = OPUS_SAMPLES;
    frame.sampleRate = RATE;
    frame.channelLayout = mono;
    check(frame.getBuffer(0), 'a buffer for sound');
    this.packet.alloc();
  }

  /** One packet of `OPUS_SAMPLES` samples, -1..1. */
  encode(sound: Float32Array): Buffer {
    const plane = this.frame.data![0]!;
    Buffer.from(sound.buffer).copy(plane);
    this.frame.pts = this.samples;
    this.samples += BigInt(OPUS_SAMPLES);
    check(this.context.sendFrameSync(this.frame), 'encoding sound');
    check(this.context.receivePacketSync(this.packet), 'taking a packet of sound');
    const packet = Buffer.from(this.packet.data!);
    this.packet.unref();
    return packet;
  }

  close(): void {
    this.packet.free();
    this.frame.free();
    this.context.freeContext();
  }
}
