/** Y, Cb, Cr in studio range. */
export type Colour = readonly [number, number, number];

/** `#rrggbb` to BT.709 studio range; black for anything else. */
export function parseColour(hex: string): Colour {
  const match = /^#([0-9a-f]{6})$/i.exec(hex);
  const value = match ? parseInt(match[1]!, 16) : 0;
  const [r, g, b] = [value >> 16, (value >> 8) & 255, value & 255].map((part) => part / 255) as [
    number,
    number,
    number,
  ];
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const cb = (b - y) / 1.8556;
  const cr = (r - y) / 1.5748;
  return [Math.round(16 + 219 * y), Math.round(128 + 224 * cb), Math.round(128 + 224 * cr)];
}

const TILE = parseColour('#23272f');
const AVATAR = parseColour('#4b5363');

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
): void {
  planes.forEach((plane, index) => {
    const scale = index === 0 ? 1 : 2;
    const stride = strides[index]!;
    const width = area.width / scale;
    const height = area.height / scale;
    const corner = (area.y / scale) * stride + area.x / scale;
    for (let y = 0; y < height; y++) {
      plane.fill(TILE[index]!, corner + y * stride, corner + y * stride + width);
    }
    const size = Math.min(width, height) * 0.5;
    const [left, right] = [Math.floor((width - size) / 2), Math.ceil((width + size) / 2)];
    const [top, bottom] = [Math.floor((height - size) / 2), Math.ceil((height + size) / 2)];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const inside = coverage((x + 0.5 - width / 2) / size, (y + 0.5 - height / 2) / size, 1 / size);
        const value = TILE[index]! + (AVATAR[index]! - TILE[index]!) * inside;
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
