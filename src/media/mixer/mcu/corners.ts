import type { Area, Canvas } from './canvas';

/** The pixels of one plane that a round corner cuts, with what lay there before the area was drawn. */
interface Cut {
  plane: Buffer;
  at: Uint32Array;
  /** How much of each the area covers, 0 to less than 1. */
  cover: Float32Array;
  below: Uint8Array;
}

/**
 * Round corners of an area. What draws into it knows nothing of them: `keep` before, `cut` after. Before what lies below
 * is drawn again, `restore` takes the softened edge off, so that nothing is blended twice.
 */
export class Corners {
  private readonly cuts: Cut[];

  /** @param radius pixels, at most half of the area's shorter side */
  constructor(canvas: Canvas, area: Area, radius: number) {
    const pixels = cutPixels(area, radius);
    this.cuts = canvas.planes.map((plane, index) => {
      const stride = canvas.strides[index]!;
      const cut = index === 0 ? pixels : subsampled(area, radius);
      const at = Uint32Array.from(cut, ({ x, y }) => y * stride + x);
      const cover = Float32Array.from(cut, (pixel) => pixel.cover);
      return { plane, at, cover, below: new Uint8Array(at.length) };
    });
  }

  keep(): void {
    for (const { plane, at, below } of this.cuts) {
      for (let i = 0; i < at.length; i++) below[i] = plane[at[i]!]!;
    }
  }

  cut(): void {
    for (const { plane, at, cover, below } of this.cuts) {
      for (let i = 0; i < at.length; i++) {
        plane[at[i]!] = below[i]! + (plane[at[i]!]! - below[i]!) * cover[i]! + 0.5;
      }
    }
  }

  restore(): void {
    for (const { plane, at, below } of this.cuts) {
      for (let i = 0; i < at.length; i++) plane[at[i]!] = below[i]!;
    }
  }
}

interface CutPixel {
  x: number;
  y: number;
  cover: number;
}

/** Those of luma. */
function cutPixels(area: Area, radius: number): CutPixel[] {
  const reach = Math.ceil(radius);
  return corners(area, reach, (x, y) => coverage(x, y, radius));
}

/** Those of chroma: a sample covers as much as its four pixels do in the mean. */
function subsampled(area: Area, radius: number): CutPixel[] {
  const half = { x: area.x / 2, y: area.y / 2, width: area.width / 2, height: area.height / 2 };
  const cover = (x: number, y: number): number =>
    (coverage(2 * x, 2 * y, radius) +
      coverage(2 * x + 1, 2 * y, radius) +
      coverage(2 * x, 2 * y + 1, radius) +
      coverage(2 * x + 1, 2 * y + 1, radius)) /
    4;
  return corners(half, Math.ceil(radius / 2), cover);
}

/** @param coverOf a pixel of the upper left corner, counted from the edges; the others are its mirror images */
function corners(
  { x, y, width, height }: Area,
  reach: number,
  coverOf: (x: number, y: number) => number,
): CutPixel[] {
  const pixels: CutPixel[] = [];
  for (let row = 0; row < Math.min(reach, height / 2); row++) {
    for (let column = 0; column < Math.min(reach, width / 2); column++) {
      const cover = coverOf(column, row);
      if (cover >= 1) continue;
      const [right, bottom] = [x + width - 1 - column, y + height - 1 - row];
      for (const across of new Set([x + column, right])) {
        for (const down of new Set([y + row, bottom])) pixels.push({ x: across, y: down, cover });
      }
    }
  }
  return pixels;
}

/** How much of a pixel lies within a round corner at 0, 0: softened over one pixel. */
function coverage(x: number, y: number, radius: number): number {
  const [across, down] = [radius - x - 0.5, radius - y - 0.5];
  if (across <= 0 || down <= 0) return 1;
  return Math.min(Math.max(radius + 0.5 - Math.hypot(across, down), 0), 1);
}
