import { AV_PIX_FMT_YUV420P, SoftwareScaleContext, SWS_BILINEAR } from 'node-av';
import { check } from './av';

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

/** Scales 4:2:0 pictures of one size to another. */
export class Scaler {
  private readonly context = new SoftwareScaleContext();

  constructor(
    private readonly source: Size,
    target: Size,
  ) {
    this.context.getContext(
      source.width,
      source.height,
      AV_PIX_FMT_YUV420P,
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
