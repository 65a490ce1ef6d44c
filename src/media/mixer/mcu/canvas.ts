import { AV_PIX_FMT_YUV420P, Frame, SWS_BILINEAR, SoftwareScaleContext, type AVPixelFormat } from 'node-av';
import type { Fit } from '../../../contracts';
import { check } from '../../ffmpeg/av';
import { type Colour, paintAvatar } from './paint';

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The picture that is encoded: 4:2:0 planes which stay in place as long as its size. */
export class Canvas {
  readonly frame = new Frame();
  readonly planes: Buffer[];
  readonly strides: number[];

  /** Even width and height in pixels. */
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.frame.alloc();
    this.frame.format = AV_PIX_FMT_YUV420P;
    this.frame.width = width;
    this.frame.height = height;
    check(this.frame.getBuffer(0), 'a buffer for the canvas');
    this.planes = this.frame.data!.slice(0, 3);
    this.strides = this.frame.linesize.slice(0, 3);
  }

  fill(area: Area, colour: Colour): void {
    this.planes.forEach((plane, index) => {
      const shift = index === 0 ? 0 : 1;
      const stride = this.strides[index]!;
      const left = area.x >> shift;
      for (let y = area.y >> shift; y < (area.y + area.height) >> shift; y++) {
        const from = y * stride + left;
        plane.fill(colour[index]!, from, from + (area.width >> shift));
      }
    });
  }

  /** The tile of somebody without a picture. */
  placeholder(area: Area): void {
    paintAvatar(this.planes, this.strides, area);
  }

  /** The planes from the corner of an area on, for writing straight into it. */
  window(area: Area): Buffer[] {
    return this.planes.map((plane, index) => {
      const shift = index === 0 ? 0 : 1;
      return plane.subarray((area.y >> shift) * this.strides[index]! + (area.x >> shift));
    });
  }

  /** Copies another canvas into an area of its size. */
  copyFrom(other: Canvas, area: Area): void {
    this.window(area).forEach((target, index) => {
      const shift = index === 0 ? 0 : 1;
      const width = area.width >> shift;
      const from = other.strides[index]!;
      const to = this.strides[index]!;
      for (let y = 0; y < area.height >> shift; y++) {
        other.planes[index]!.copy(target, y * to, y * from, y * from + width);
      }
    });
  }

  close(): void {
    this.frame.free();
  }
}

/** swscale writes whole vectors: rows of other widths get up to seven bytes more than they have. */
const VECTOR_WIDTH = 16;

const even = (value: number) => Math.floor(value / 2) * 2;

/** Draws pictures of one source into areas; keeps its scaler as long as the sizes stay the same. */
export class TilePainter {
  private scaler: SoftwareScaleContext | null = null;
  /** Where pictures of an awkward width are scaled to, so that they don't spill over their neighbours. */
  private scratch: Canvas | null = null;
  private key = '';

  /** Returns the part of `area` that the picture covers (all of it for `crop`). */
  draw(canvas: Canvas, picture: Frame, area: Area, fit: Fit): Area {
    const source = fit === 'crop' ? cropped(picture, area) : { x: 0, y: 0, ...sizeOf(picture) };
    const target = fit === 'crop' ? area : fitted(picture, area);
    const format = picture.format as AVPixelFormat;
    const key = [source.width, source.height, format, target.width, target.height].join(':');
    if (key !== this.key) this.open(source, format, target, key);
    const planes = picture.data!.filter((plane) => plane.length > 0);
    const strides = picture.linesize.slice(0, planes.length);
    // Cropping is a matter of where the planes begin; all decoders here give 4:2:0 planes.
    const from = planes.map((plane, index) => {
      const shift = index === 0 ? 0 : 1;
      return plane.subarray((source.y >> shift) * strides[index]! + (source.x >> shift));
    });
    const to = this.scratch ?? canvas;
    const window = this.scratch ? this.scratch.planes : canvas.window(target);
    check(this.scaler!.scaleSync(from, strides, 0, source.height, window, to.strides), 'scaling a picture');
    if (this.scratch) canvas.copyFrom(this.scratch, target);
    return target;
  }

  close(): void {
    this.scaler?.freeContext();
    this.scratch?.close();
    this.scaler = this.scratch = null;
    this.key = '';
  }

  private open(source: Area, format: AVPixelFormat, target: Area, key: string): void {
    this.close();
    if (target.width % VECTOR_WIDTH !== 0) this.scratch = new Canvas(target.width, target.height);
    this.scaler = new SoftwareScaleContext();
    this.scaler.getContext(
      source.width,
      source.height,
      format,
      target.width,
      target.height,
      AV_PIX_FMT_YUV420P,
      SWS_BILINEAR,
    );
    this.key = key;
  }
}

function sizeOf(picture: Frame): { width: number; height: number } {
  return { width: picture.width, height: picture.height };
}

/** The middle of the picture with the aspect of the area. */
function cropped(picture: Frame, area: Area): Area {
  const { width, height } = sizeOf(picture);
  const wanted = area.width / area.height;
  const cut =
    width / height > wanted
      ? { width: Math.max(2, even(height * wanted)), height }
      : { width, height: Math.max(2, even(width / wanted)) };
  return { x: even((width - cut.width) / 2), y: even((height - cut.height) / 2), ...cut };
}

/** The middle of the area with the aspect of the picture. */
function fitted(picture: Frame, area: Area): Area {
  const aspect = picture.width / picture.height;
  const width = Math.min(area.width, Math.max(2, even(area.height * aspect)));
  const height = Math.min(area.height, Math.max(2, even(area.width / aspect)));
  return {
    x: area.x + even((area.width - width) / 2),
    y: area.y + even((area.height - height) / 2),
    width,
    height,
  };
}
