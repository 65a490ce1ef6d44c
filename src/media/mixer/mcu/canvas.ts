import { allocatePicture, type Frame } from '../../ffmpeg/picture';
import { type Colour, paintAvatar } from './paint';

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The picture that is encoded: 4:2:0 planes which stay in place as long as its size. */
export class Canvas {
  readonly frame: Frame;
  readonly planes: Buffer[];
  readonly strides: number[];

  /** Even width and height in pixels. */
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.frame = allocatePicture(width, height);
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

  /** The planes, beginning at the corner of an area, to write straight into it. */
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
