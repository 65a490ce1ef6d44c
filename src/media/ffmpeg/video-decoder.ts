import {
  AV_CODEC_FLAG_LOW_DELAY,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_VP8,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_JPEG,
  Codec,
  CodecContext,
  Frame,
  Packet,
} from 'node-av';
import { check, setOptions } from './av';

/** Pictures beyond 4096x2304 are refused by the decoder: no camera needs them. */
const MAX_PIXELS = 4096 * 2304;

/** A decoded picture, AV_PIX_FMT_YUV420P, of even width and height. Its holder calls `free` once; it is used again for another one then. */
export interface DecodedPicture {
  readonly frame: Frame;
  free(): void;
}

/** H.264 (Annex B) or VP8 to pictures, one thread, no reordering delay. */
export class FfmpegVideoDecoder {
  private readonly context = new CodecContext();
  private readonly packet = new Packet();
  /** Frames without a picture. What is allocated per picture is what the garbage collector has to look after. */
  private readonly spare: DecodedPicture[] = [];
  private closed = false;

  /** @throws Error when FFmpeg lacks the decoder */
  constructor(name: 'h264' | 'vp8') {
    const codec = Codec.findDecoder(name === 'h264' ? AV_CODEC_ID_H264 : AV_CODEC_ID_VP8);
    if (!codec) throw new Error(`FFmpeg has no ${name} decoder`);
    this.context.allocContext3(codec);
    this.context.threadCount = 1;
    this.context.setFlags(AV_CODEC_FLAG_LOW_DELAY);
    setOptions(this.context, { max_pixels: String(MAX_PIXELS) });
    check(this.context.open2Sync(codec), `opening the ${name} decoder`);
    this.packet.alloc();
  }

  /** The caller owns the pictures. A damaged unit gives none, nor does one that isn't in 4:2:0. */
  decode(data: Buffer, ticks: number): { ticks: number; picture: DecodedPicture }[] {
    const pictures: { ticks: number; picture: DecodedPicture }[] = [];
    if (this.closed) return pictures;
    this.packet.data = data;
    this.packet.pts = BigInt(ticks);
    const sent = this.context.sendPacketSync(this.packet);
    this.packet.unref();
    if (sent < 0) return pictures;
    for (;;) {
      const picture = this.spare.pop() ?? this.allocate();
      if (this.context.receiveFrameSync(picture.frame) < 0) {
        this.spare.push(picture);
        return pictures;
      }
      if (asPlanar420(picture.frame)) pictures.push({ ticks: Number(picture.frame.pts), picture });
      else picture.free();
    }
  }

  /** Pictures that were given out live until they are freed. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const { frame } of this.spare) frame.free();
    this.packet.free();
    this.context.freeContext();
  }

  private allocate(): DecodedPicture {
    const frame = new Frame();
    frame.alloc();
    const picture = { frame, free: () => this.takeBack(picture) };
    return picture;
  }

  private takeBack(picture: DecodedPicture): void {
    if (this.closed) return picture.frame.free();
    picture.frame.unref();
    this.spare.push(picture);
  }
}

/** 4:2:0 in studio or full range; that is left to `colorRange`, so that there is one format. */
function asPlanar420(frame: Frame): boolean {
  if (frame.format === AV_PIX_FMT_YUVJ420P) {
    frame.format = AV_PIX_FMT_YUV420P;
    frame.colorRange = AVCOL_RANGE_JPEG;
  }
  return frame.format === AV_PIX_FMT_YUV420P && makeEven(frame);
}

/** VP8 has odd sizes too (a layer of a simulcast): the last column and row are left out. False: nothing remains. */
function makeEven(frame: Frame): boolean {
  const { width, height } = frame;
  if (width % 2 === 1) frame.width = width - 1;
  if (height % 2 === 1) frame.height = height - 1;
  return width > 1 && height > 1;
}
