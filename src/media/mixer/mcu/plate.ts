/** Small translucent pictures, drawn once and laid over the canvas whenever what lies below was drawn. */
import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { ColourSpace } from '../../../contracts';
import type { Area, Canvas } from './canvas';
import { studioRange } from './paint';

export interface Plate {
  /** Even, in pixels. */
  width: number;
  height: number;
  /** Per pixel, rows without padding: how much the plate covers (0..1), and its luma times that. */
  alpha: Float32Array;
  luma: Float32Array;
  /** The same per chroma sample, which lies below four pixels. */
  chroma: { alpha: Float32Array; cb: Float32Array; cr: Float32Array };
}

/** @param width even, as is height */
export function drawPlate(
  { width, height }: { width: number; height: number },
  space: ColourSpace,
  draw: (context: SKRSContext2D) => void,
): Plate {
  const context = createCanvas(width, height).getContext('2d');
  draw(context);
  const { data } = context.getImageData(0, 0, width, height);
  const parts = [0, 1, 2, 3].map(() => new Float32Array(width * height)) as Planar;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [r, g, b, a] = [0, 1, 2, 3].map((part) => data[pixel * 4 + part]! / 255) as Rgba;
    const colour = studioRange([r, g, b], space);
    parts[0][pixel] = a;
    for (const [part, value] of colour.entries()) parts[part + 1]![pixel] = value * a;
  }
  const [alpha, luma, ...chroma] = parts;
  const [covered, cb, cr] = [alpha, ...chroma].map((part) => halved(part, width, height));
  return { width, height, alpha, luma, chroma: { alpha: covered!, cb: cb!, cr: cr! } };
}

type Rgba = [number, number, number, number];
type Planar = [Float32Array, Float32Array, Float32Array, Float32Array];

/** The mean of each four. */
function halved(values: Float32Array, width: number, height: number): Float32Array {
  const half = new Float32Array((width * height) / 4);
  for (let at = 0, row = 0; row < height; row += 2) {
    for (let column = 0; column < width; column += 2, at++) {
      const first = row * width + column;
      const below = first + width;
      half[at] = (values[first]! + values[first + 1]! + values[below]! + values[below + 1]!) / 4;
    }
  }
  return half;
}

/** Lays a plate over the canvas at an even position. */
export function layPlate(canvas: Canvas, plate: Plate, { x, y }: Pick<Area, 'x' | 'y'>): void {
  const { alpha, cb, cr } = plate.chroma;
  const half = { x: x >> 1, y: y >> 1, width: plate.width >> 1, height: plate.height >> 1 };
  const [luma, first, second] = canvas.planes;
  const [stride, firstStride, secondStride] = canvas.strides;
  blend(luma!, stride!, { ...plate, x, y }, plate.luma);
  blend(first!, firstStride!, { ...half, alpha }, cb);
  blend(second!, secondStride!, { ...half, alpha }, cr);
}

function blend(
  plane: Buffer,
  stride: number,
  { x, y, width, height, alpha }: Area & { alpha: Float32Array },
  values: Float32Array,
): void {
  for (let from = 0, row = 0; row < height; row++) {
    const to = (y + row) * stride + x;
    for (let column = 0; column < width; column++, from++) {
      if (alpha[from] === 0) continue;
      plane[to + column] = plane[to + column]! * (1 - alpha[from]!) + values[from]! + 0.5;
    }
  }
}

/** More than the people of the largest mix in the tiles of two layouts. */
const MAX_KEPT = 64;

/** Plates by what is on them: tiles that change places (`speaker`) don't have theirs drawn again. */
export class PlateCache {
  private readonly kept = new Map<string, Plate>();

  of(key: string, draw: () => Plate): Plate {
    const plate = this.kept.get(key) ?? draw();
    if (this.kept.size >= MAX_KEPT) this.kept.clear();
    this.kept.set(key, plate);
    return plate;
  }
}
