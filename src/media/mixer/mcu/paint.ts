import type { ColourSpace } from '../../../contracts';

/** Y, Cb, Cr in studio range. */
export type Colour = readonly [number, number, number];

/** What red and blue weigh in luma (ITU-R BT.601-7, 2.5.1; BT.709-6, 3.2). */
export const WEIGHTS: Record<ColourSpace, { red: number; blue: number }> = {
  bt601: { red: 0.299, blue: 0.114 },
  bt709: { red: 0.2126, blue: 0.0722 },
};

/** `#rrggbb` in studio range; black for anything else. */
export function parseColour(hex: string, space: ColourSpace): Colour {
  const match = /^#([0-9a-f]{6})$/i.exec(hex);
  const value = match ? parseInt(match[1]!, 16) : 0;
  const [r, g, b] = [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
  const [y, cb, cr] = studioRange([r, g, b], space);
  return [Math.round(y), Math.round(cb), Math.round(cr)];
}

/** Red, green and blue, 0..1, as Y, Cb, Cr in studio range, not rounded. */
export function studioRange([r, g, b]: readonly [number, number, number], space: ColourSpace): Colour {
  const { red, blue } = WEIGHTS[space];
  const y = red * r + (1 - red - blue) * g + blue * b;
  const cb = (b - y) / (2 * (1 - blue));
  const cr = (r - y) / (2 * (1 - red));
  return [16 + 219 * y, 128 + 224 * cb, 128 + 224 * cr];
}

/** The tile of somebody without a picture. */
export const TILE = '#23272f';
const AVATAR = '#4b5363';

/**
 * A dark tile with the outline of a person, head and shoulders, sized to the shorter side. Edges are softened
 * over one pixel.
 *
 * @param planes Y, Cb, Cr of a 4:2:0 picture
 */
export function paintAvatar(
  planes: Buffer[],
  strides: number[],
  area: { x: number; y: number; width: number; height: number },
  space: ColourSpace,
): void {
  const [ground, figure] = [parseColour(TILE, space), parseColour(AVATAR, space)];
  planes.forEach((plane, index) => {
    const scale = index === 0 ? 1 : 2;
    const stride = strides[index]!;
    const width = area.width / scale;
    const height = area.height / scale;
    const corner = (area.y / scale) * stride + area.x / scale;
    for (let y = 0; y < height; y++) {
      plane.fill(ground[index]!, corner + y * stride, corner + y * stride + width);
    }
    const size = Math.min(width, height) * 0.5;
    const [left, right] = [Math.floor((width - size) / 2), Math.ceil((width + size) / 2)];
    const [top, bottom] = [Math.floor((height - size) / 2), Math.ceil((height + size) / 2)];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const inside = coverage((x + 0.5 - width / 2) / size, (y + 0.5 - height / 2) / size, 1 / size);
        const value = ground[index]! + (figure[index]! - ground[index]!) * inside;
        plane[corner + y * stride + x] = Math.round(value);
      }
    }
  });
}

/** How much of a point the silhouette covers, 0..1; the silhouette lies within -0.5..0.5 both ways. */
function coverage(x: number, y: number, pixel: number): number {
  const head = Math.hypot(x, y + 0.24) - 0.23;
  const shoulders = Math.max(Math.hypot(x / 0.42, (y - 0.5) / 0.42) - 1, (y - 0.5) / 0.42) * 0.42;
  return Math.min(Math.max(0.5 - Math.min(head, shoulders) / pixel, 0), 1);
}
