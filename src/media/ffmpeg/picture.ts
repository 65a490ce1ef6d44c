import { AV_PIX_FMT_YUV420P, Frame } from 'node-av';
import { check } from './av';

export type { Frame };

/**
 * A picture of our own, which can be read and written here: Y, Cb, Cr in 4:2:0 planes that stay in place as long as it
 * lives. Its Buffers are made once, because node tells the garbage collector of their memory: made for every decoded
 * picture, they keep it collecting all the time.
 */
export class Picture {
  readonly frame = new Frame();
  readonly planes: Buffer[];
  /** From one row to the next, bytes, of each plane. */
  readonly strides: number[];

  /**
   * @param width even, pixels
   * @param height even, pixels
   */
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    const { frame } = this;
    frame.alloc();
    frame.format = AV_PIX_FMT_YUV420P;
    frame.width = width;
    frame.height = height;
    check(frame.getBuffer(0), 'a buffer for a picture');
    this.planes = frame.data!.slice(0, 3);
    this.strides = frame.linesize.slice(0, 3);
  }

  /** Takes over what a 4:2:0 picture of the same size shows. */
  copyFrom(frame: Frame): void {
    check(this.frame.copy(frame), 'copying a picture');
  }

  close(): void {
    this.frame.free();
  }
}
