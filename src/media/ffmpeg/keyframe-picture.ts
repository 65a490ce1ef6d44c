import {
  AV_CODEC_FLAG_QSCALE,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_MJPEG,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_BT470BG,
  AVCOL_SPC_SMPTE170M,
  AVCOL_SPC_UNSPECIFIED,
  Codec,
  CodecContext,
  FF_QP2LAMBDA,
  Frame,
  Packet,
  Rational,
  SoftwareScaleContext,
} from 'node-av';
import { check, setOptions } from './av';

/** Larger pictures are refused by the decoder, as by FfmpegVideoDecoder. */
const MAX_PIXELS = 4096 * 2304;
/** Of a JPEG, 2 (best) to 31: a tenth of a bit a pixel, and no blocks to be seen. */
const QUALITY = 5;

/**
 * A small JPEG of one keyframe, in the colours in which it is meant to be seen. It is a stranger's: to be called in a
 * process with nothing to lose.
 * @param keyframe one access unit, Annex B with its parameter sets
 * @param width of the JPEG at most, even, pixels
 * @throws Error when it can't be decoded
 */
export function jpegOfKeyframe(keyframe: Buffer, width: number): Buffer {
  const picture = decode(keyframe);
  const small = new Frame();
  try {
    scale(picture, small, width);
    return encode(small);
  } finally {
    small.free();
    picture.free();
  }
}

/** @returns a picture that the caller frees */
function decode(keyframe: Buffer): Frame {
  const codec = Codec.findDecoder(AV_CODEC_ID_H264);
  if (!codec) throw new Error('FFmpeg has no h264 decoder');
  const [context, packet, frame] = [new CodecContext(), new Packet(), new Frame()];
  try {
    context.allocContext3(codec);
    context.threadCount = 1;
    // What is damaged is to be an error, not a grey picture.
    setOptions(context, { max_pixels: String(MAX_PIXELS), err_detect: 'explode' });
    check(context.open2Sync(codec), 'opening the decoder');
    packet.alloc();
    packet.data = keyframe;
    frame.alloc();
    check(context.sendPacketSync(packet), 'decoding');
    // The end: a decoder that reorders gives out its pictures only then.
    check(context.sendPacketSync(null), 'decoding');
    check(context.receiveFrameSync(frame), 'decoding');
    return frame;
  } catch (error) {
    frame.free();
    throw error;
  } finally {
    packet.free();
    context.freeContext();
  }
}

function scale(picture: Frame, small: Frame, width: number): void {
  const { width: from, height } = picture;
  const { num, den } = picture.sampleAspectRatio;
  const shown = num > 0 && den > 0 ? (from * num) / den : from;
  small.alloc();
  small.format = AV_PIX_FMT_YUVJ420P;
  small.width = Math.min(width, even(shown));
  small.height = even((height * small.width) / shown);
  small.colorRange = AVCOL_RANGE_JPEG;
  small.colorSpace = AVCOL_SPC_BT470BG;
  check(small.getBuffer(0), 'a buffer for a picture');
  if (picture.colorSpace === AVCOL_SPC_UNSPECIFIED) picture.colorSpace = AVCOL_SPC_SMPTE170M;
  const scaler = new SoftwareScaleContext();
  try {
    scaler.allocContext();
    check(scaler.scaleFrameSync(small, picture), 'scaling');
  } finally {
    scaler.freeContext();
  }
}

function encode(picture: Frame): Buffer {
  const codec = Codec.findEncoder(AV_CODEC_ID_MJPEG);
  if (!codec) throw new Error('FFmpeg has no JPEG encoder');
  const [context, packet] = [new CodecContext(), new Packet()];
  try {
    context.allocContext3(codec);
    context.width = picture.width;
    context.height = picture.height;
    context.pixelFormat = AV_PIX_FMT_YUVJ420P;
    context.colorRange = AVCOL_RANGE_JPEG;
    context.timeBase = new Rational(1, 1);
    context.threadCount = 1;
    context.setFlags(AV_CODEC_FLAG_QSCALE);
    context.globalQuality = QUALITY * FF_QP2LAMBDA;
    check(context.open2Sync(codec), 'opening the JPEG encoder');
    packet.alloc();
    picture.pts = 0n;
    check(context.sendFrameSync(picture), 'encoding');
    check(context.receivePacketSync(packet), 'encoding');
    return Buffer.from(packet.data!);
  } finally {
    packet.free();
    context.freeContext();
  }
}

function even(pixels: number): number {
  return Math.min(4096, Math.max(2, 2 * Math.round(pixels / 2)));
}
