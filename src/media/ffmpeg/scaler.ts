import { AV_PIX_FMT_YUV420P, SoftwareScaleContext, SWS_BILINEAR, type AVPixelFormat } from 'node-av';
import { check } from './av';
import type { Frame } from './picture';

/** swscale writes whole vectors: rows of other widths get up to seven bytes more than they have. */
export const VECTOR_WIDTH = 16;

export interface Size {
  width: number;
  height: number;
}

export interface Planes {
  planes: Buffer[];
  /** From one row to the next, bytes. */
  strides: number[];
}

/** Scales pictures of one size and format to 4:2:0 pictures of another size. */
export class Scaler {
  private readonly context = new SoftwareScaleContext();

  constructor(
    private readonly source: Size,
    format: Frame['format'],
    target: Size,
  ) {
    this.context.getContext(
      source.width,
      source.height,
      format as AVPixelFormat,
      target.width,
      target.height,
      AV_PIX_FMT_YUV420P,
      SWS_BILINEAR,
    );
  }

  scale(from: Planes, to: Planes): void {
    const { height } = this.source;
    const code = this.context.scaleSync(from.planes, from.strides, 0, height, to.planes, to.strides);
    check(code, 'scaling a picture');
  }

  close(): void {
    this.context.freeContext();
  }
}
