import type { ColourSpace } from '../../../contracts';
import { Picture } from '../../ffmpeg/picture';
import type { Planes } from '../../ffmpeg/scaler';
import { type Colour, paintAvatar } from './paint';

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The picture that is encoded. */
export class Canvas extends Picture {
  /** Even width and height in pixels. */
  constructor(
    width: number,
    height: number,
    readonly colour: ColourSpace,
  ) {
    super(width, height);
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
    paintAvatar(this.planes, this.strides, area, this.colour);
  }

  /** To write straight into an area, or a smaller one at its corner. */
  window(area: Pick<Area, 'x' | 'y'>): Planes {
    return windowOf(this, area);
  }

  /** To be laid onto an area of the picture's size, as often as it changes. */
  sticker(picture: Picture, area: Area): Sticker {
    return picture.planes.flatMap((plane, index) => {
      const shift = index === 0 ? 0 : 1;
      const [width, height] = [area.width >> shift, area.height >> shift];
      const [from, to] = [picture.strides[index]!, this.strides[index]!];
      const corner = (area.y >> shift) * to + (area.x >> shift);
      return Array.from({ length: height }, (_, y) => ({
        row: plane.subarray(y * from, y * from + width),
        target: this.planes[index]!,
        at: corner + y * to,
      }));
    });
  }
}

/** Rows and where they belong. They are found once, because a view costs more to make than a row to copy. */
export type Sticker = readonly { row: Buffer; target: Buffer; at: number }[];

export function lay(sticker: Sticker): void {
  for (const { row, target, at } of sticker) target.set(row, at);
}

/** The planes of a 4:2:0 picture, beginning at a pixel with even coordinates. */
export function windowOf({ planes, strides }: Planes, { x, y }: Pick<Area, 'x' | 'y'>): Planes {
  const from = planes.map((plane, index) => {
    const shift = index === 0 ? 0 : 1;
    return plane.subarray((y >> shift) * strides[index]! + (x >> shift));
  });
  return { planes: from, strides };
}
