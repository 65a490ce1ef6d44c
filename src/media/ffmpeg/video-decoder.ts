import {
  AV_CODEC_FLAG_LOW_DELAY,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_VP8,
  Codec,
  CodecContext,
  Frame,
  Packet,
} from 'node-av';
import { check, setOptions } from './av';

/** Pictures beyond 4096x2304 are refused by the decoder: no camera needs them. */
const MAX_PIXELS = 4096 * 2304;

/** H.264 (Annex B) or VP8 to pictures, one thread, no reordering delay. */
export class FfmpegVideoDecoder {
  private readonly context = new CodecContext();
  private readonly packet = new Packet();
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

  /** The caller owns the pictures. A damaged unit gives none. */
  decode(data: Buffer, ticks: number): { ticks: number; picture: Frame }[] {
    const pictures: { ticks: number; picture: Frame }[] = [];
    if (this.closed) return pictures;
    this.packet.data = data;
    this.packet.pts = BigInt(ticks);
    const sent = this.context.sendPacketSync(this.packet);
    this.packet.unref();
    if (sent < 0) return pictures;
    for (;;) {
      const picture = new Frame();
      picture.alloc();
      if (this.context.receiveFrameSync(picture) < 0) {
        picture.free();
        return pictures;
      }
      pictures.push({ ticks: Number(picture.pts), picture });
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.packet.free();
    this.context.freeContext();
  }
}
