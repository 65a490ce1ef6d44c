import { AV_CODEC_ID_OPUS, Codec, CodecContext, Frame, Packet } from 'node-av';
import { AUDIO_RATE, type AudioDecoder } from '../codec/audio/pcm';
import { allocateSound, check, type Sound, STEREO } from './av';

/** Opus packets (RFC 6716) to 48 kHz stereo, by FFmpeg's own decoder (cheaper here than libopus). */
export class OpusDecoder implements AudioDecoder {
  private readonly context = new CodecContext();
  private readonly packet = new Packet();
  private readonly frame = new Frame();
  /** Where decoded sound is copied to, by its length in samples. */
  private readonly sounds = new Map<number, Sound>();
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

  /** Null for a packet that can't be decoded. The samples are overwritten by the next call. */
  decode(payload: Buffer): { left: Float32Array; right: Float32Array } | null {
    if (this.closed) return null;
    this.packet.data = payload;
    const sent = this.context.sendPacketSync(this.packet);
    this.packet.unref();
    if (sent < 0 || this.context.receiveFrameSync(this.frame) < 0) return null;
    const sound = this.soundOf(this.frame.nbSamples);
    const copied = sound.frame.copy(this.frame);
    this.frame.unref();
    return copied < 0 ? null : sound;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.packet.free();
    this.frame.free();
    for (const { frame } of this.sounds.values()) frame.free();
    this.context.freeContext();
  }

  /** Of a length that a packet can have; there are nine (RFC 6716 §3.2.5), and a sender keeps to one. */
  private soundOf(samples: number): Sound {
    let sound = this.sounds.get(samples);
    if (!sound) this.sounds.set(samples, (sound = allocateSound(samples)));
    return sound;
  }
}
