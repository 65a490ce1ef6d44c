import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AVCOL_PRI_BT709,
  AVCOL_PRI_SMPTE170M,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_SPC_SMPTE170M,
  AVCOL_TRC_BT709,
  AVCOL_TRC_SMPTE170M,
  Codec,
  CodecContext,
  Packet,
  Rational,
  type Frame,
} from 'node-av';
import type { ColourSpace, MixOutput } from '../../contracts';
import type { EncoderKind } from '../contract';
import { outputColour } from '../../shared/colour';
import { buildAvcDecoderConfig, NAL, nalType, splitAnnexB } from '../codec/h264/h264';
import { check, setOptions } from './av';
import { RECIPES } from './encoder-kinds';
import { VaapiSurface } from './vaapi-surface';

/** Pixels per second that one core encodes with ease (1080p25); above, x264 gets a second thread. */
const PIXELS_PER_THREAD = 52_000_000;

export interface EncodedVideo {
  keyframe: boolean;
  /** Annex B. */
  data: Buffer;
}

/** H.264 without B-frames: one picture in, one out. Lives as long as its output. */
export class H264Encoder {
  private readonly context = new CodecContext();
  private readonly packet = new Packet();
  private surface: VaapiSurface | null = null;
  private closed = false;
  /** AVCDecoderConfigurationRecord. */
  readonly decoderConfig: Buffer;

  /** @throws Error where the machine has no such encoder, or that refuses the output */
  constructor(output: MixOutput, kind: EncoderKind = 'x264') {
    try {
      this.open(output, kind);
      const sets = splitAnnexB(this.context.extraData ?? Buffer.alloc(0));
      this.decoderConfig = buildAvcDecoderConfig(
        sets.filter((nal) => nalType(nal) === NAL.sps),
        sets.filter((nal) => nalType(nal) === NAL.pps),
      );
    } catch (error) {
      this.close();
      throw error;
    }
  }

  private open(output: MixOutput, kind: EncoderKind): void {
    const { codec: name, format, options } = RECIPES[kind];
    const codec = Codec.findEncoderByName(name);
    if (!codec) throw new Error(`FFmpeg has no ${name}`);
    const { context } = this;
    this.packet.alloc();
    context.allocContext3(codec);
    context.width = output.width;
    context.height = output.height;
    context.pixelFormat = format;
    context.timeBase = frameTime(output.fps);
    context.framerate = new Rational(context.timeBase.den, context.timeBase.num);
    context.gopSize = output.gop;
    context.maxBFrames = 0;
    context.bitRate = BigInt(output.videoBitrate);
    context.rcMaxRate = BigInt(output.videoBitrate);
    context.rcBufferSize = output.videoBitrate;
    context.threadCount = output.width * output.height * output.fps > PIXELS_PER_THREAD ? 2 : 1;
    describeColour(context, outputColour(output));
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    setOptions(context, options(output));
    if (kind === 'vaapi') {
      this.surface = new VaapiSurface(output);
      context.hwFramesCtx = this.surface.pool;
    }
    check(context.open2Sync(codec), `opening ${name}`);
  }

  /**
   * Encodes the canvas as it is now.
   * @param index frame number on the output grid, rising
   * @throws Error when the encoder fails, which ends the mix
   */
  encode(canvas: Frame, index: number, forceKeyframe: boolean): EncodedVideo | null {
    canvas.pts = BigInt(index);
    canvas.pictType = forceKeyframe ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    const picture = this.surface ? this.surface.upload(canvas) : canvas;
    check(this.context.sendFrameSync(picture), 'encoding a picture');
    if (this.context.receivePacketSync(this.packet) < 0) return null;
    const data = this.packet.data;
    const frame = data ? { keyframe: this.packet.isKeyframe, data: Buffer.from(data) } : null;
    this.packet.unref();
    return frame;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.packet.free();
    this.context.freeContext();
    this.surface?.close();
  }
}

/** 1/fps as a fraction, exact for 29.97 and its like. */
function frameTime(fps: number): Rational {
  if (Number.isInteger(fps)) return new Rational(1, fps);
  return new Rational(1001, Math.round(fps * 1.001) * 1000);
}

/** Into the VUI (14496-10, E.2.1), so that no player has to guess. */
function describeColour(context: CodecContext, colour: ColourSpace): void {
  const isHd = colour === 'bt709';
  context.colorRange = AVCOL_RANGE_MPEG;
  context.colorSpace = isHd ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
  context.colorPrimaries = isHd ? AVCOL_PRI_BT709 : AVCOL_PRI_SMPTE170M;
  context.colorTrc = isHd ? AVCOL_TRC_BT709 : AVCOL_TRC_SMPTE170M;
}
