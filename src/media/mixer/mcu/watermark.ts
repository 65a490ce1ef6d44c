import type { Planes } from '../../ffmpeg/scaler';
import { overlap } from '../../../shared/name-plate';
import type { PlacedOverlay } from './art';
import type { Area, Canvas } from './canvas';
import { blend } from './yuv';

/**
 * A translucent picture on top of the canvas. What is beneath it is kept, and put back before anything there is drawn anew:
 * so it is never laid onto itself, and costs nothing while nothing beneath it changes.
 */
export class Watermark {
  private readonly area: Area;
  private readonly beneath: Planes;
  private isLaid = false;

  constructor(
    private readonly canvas: Canvas,
    private readonly placed: PlacedOverlay,
  ) {
    const { x, y, overlay } = placed;
    const { width, height } = overlay;
    this.area = { x, y, width, height };
    const planes = [width * height, (width * height) / 4, (width * height) / 4];
    this.beneath = {
      planes: planes.map((size) => Buffer.alloc(size)),
      strides: [width, width / 2, width / 2],
    };
  }

  /** Before something is drawn in this area. */
  liftFrom(area: Area): void {
    if (!this.isLaid || !overlap(area, this.area)) return;
    this.eachRow((plane, at, kept, from, length) => kept.copy(plane, at, from, from + length));
    this.isLaid = false;
  }

  /** When all is drawn. */
  lay(): void {
    if (this.isLaid) return;
    this.eachRow((plane, at, kept, from, length) => plane.copy(kept, from, at, at + length));
    blend(this.canvas, this.placed.overlay, this.area.x, this.area.y);
    this.isLaid = true;
  }

  /** The whole canvas is drawn anew. */
  forget(): void {
    this.isLaid = false;
  }

  private eachRow(
    copy: (plane: Buffer, at: number, kept: Buffer, from: number, length: number) => void,
  ): void {
    const { planes, strides } = this.canvas;
    planes.forEach((plane, index) => {
      const shift = index === 0 ? 0 : 1;
      const width = this.area.width >> shift;
      for (let row = 0; row < this.area.height >> shift; row++) {
        const at = ((this.area.y >> shift) + row) * strides[index]! + (this.area.x >> shift);
        copy(plane, at, this.beneath.planes[index]!, row * width, width);
      }
    });
  }
}
