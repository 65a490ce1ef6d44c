import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_ID_AAC,
  AV_SAMPLE_FMT_FLTP,
  Codec,
  CodecContext,
  type Frame,
  Packet,
  Rational,
} from 'node-av';
import { AUDIO_BLOCK_SAMPLES, AUDIO_RATE, type AudioEncoder, type EncodedAudio } from '../codec/audio/pcm';
import { allocateSound, check, STEREO } from './av';

/** The blocks that an encoder has taken and not yet given out. */
const BLOCKS_BEHIND = 2;

interface Block {
  index: number;
  left: Float32Array;
  right: Float32Array;
}

/** FFmpeg's AAC-LC encoder, 48 kHz stereo. Raw frames come out two blocks after they went in. */
export class AacEncoder implements AudioEncoder {
  private readonly context = new CodecContext();
  private readonly frame: Frame;
  private readonly packet = new Packet();
  private last: Block[] = [];
  private closed = false;
  /** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). */
  readonly config: Buffer;
  /** The samples of the next block, to be written before `encode`. */
  readonly left: Float32Array;
  readonly right: Float32Array;

  /** @param bitrate bit/s. @throws Error when the encoder refuses it */
  constructor(bitrate: number) {
    const codec = Codec.findEncoder(AV_CODEC_ID_AAC);
    if (!codec) throw new Error('FFmpeg has no AAC encoder');
    const { context } = this;
    context.allocContext3(codec);
    context.sampleRate = AUDIO_RATE;
    context.sampleFormat = AV_SAMPLE_FMT_FLTP;
    context.channelLayout = STEREO;
    context.bitRate = BigInt(bitrate);
    context.timeBase = new Rational(1, AUDIO_RATE);
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    check(context.open2Sync(codec), 'opening the AAC encoder');
    this.config = Buffer.from(context.extraData ?? []);
    // The encoder copies what it is given, so these planes stay the same for its whole life.
    const sound = allocateSound(AUDIO_BLOCK_SAMPLES);
    this.frame = sound.frame;
    this.left = sound.left;
    this.right = sound.right;
    this.packet.alloc();
  }

  /** Encodes `left` and `right` as block number `index`. @throws Error when the encoder fails, which ends the mix */
  encode(index: number): EncodedAudio | null {
    this.frame.pts = BigInt(index * AUDIO_BLOCK_SAMPLES);
    check(this.context.sendFrameSync(this.frame), 'encoding sound');
    this.last.push({ index, left: this.left.slice(), right: this.right.slice() });
    if (this.last.length > BLOCKS_BEHIND) this.last.shift();
    if (this.context.receivePacketSync(this.packet) < 0) return null;
    const data = this.packet.data;
    const frame = data ? { sample: Number(this.packet.pts), data: Buffer.from(data) } : null;
    this.packet.unref();
    return frame;
  }

  /**
   * An encoder of another bitrate whose frames follow this one's as if it were the same: it has already taken the
   * blocks that this one holds back, and the frame before (with which its first one overlaps) is in the stream.
   */
  successor(bitrate: number): AacEncoder {
    const next = new AacEncoder(bitrate);
    for (const { index, left, right } of this.last) {
      next.left.set(left);
      next.right.set(right);
      next.encode(index);
    }
    return next;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.packet.free();
    this.frame.free();
    this.context.freeContext();
  }
}
