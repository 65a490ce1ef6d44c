import { AV_CODEC_ID_OPUS, Codec, CodecContext, Frame, Packet } from 'node-av';
import { AUDIO_RATE, type AudioDecoder } from '../codec/audio/pcm';
import { check, floats, STEREO } from './av';

/** Opus packets (RFC 6716) to 48 kHz stereo, by FFmpeg's own decoder (cheaper here than libopus). */
export class OpusDecoder implements AudioDecoder {
  private readonly context = new CodecContext();
  private readonly packet = new Packet();
  private readonly frame = new Frame();
  private closed = false;

  /** @throws Error when FFmpeg has no Opus decoder */
  constructor() {
    const codec = Codec.findDecoder(AV_CODEC_ID_OPUS);
    if (!codec) throw new Error('FFmpeg has no Opus decoder');
    this.context.allocContext3(codec);
    this.context.sampleRate = AUDIO_RATE;
    this.context.channelLayout = STEREO;
    this.context.threadCount = 1;
    check(this.context.open2Sync(codec), 'opening the Opus decoder');
    this.packet.alloc();
    this.frame.alloc();
  }

  /** Copies of the decoded samples, or null for a packet that can't be decoded. */
  decode(payload: Buffer): { left: Float32Array; right: Float32Array } | null {
    if (this.closed) return null;
    this.packet.data = payload;
    const sent = this.context.sendPacketSync(this.packet);
    this.packet.unref();
    if (sent < 0 || this.context.receiveFrameSync(this.frame) < 0) return null;
    const planes = this.frame.data;
    const samples = this.frame.nbSamples;
    const sound =
      planes?.[0] && planes[1]
        ? { left: floats(planes[0], samples).slice(), right: floats(planes[1], samples).slice() }
        : null;
    this.frame.unref();
    return sound;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.packet.free();
    this.frame.free();
    this.context.freeContext();
  }
}
