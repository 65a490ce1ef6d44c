import { parseColour } from './paint';
import { blend, toOverlay, toPlanes } from './yuv';

const SIZE = { width: 8, height: 4 };
/** A picture of one colour. */
const plain = (colour: readonly number[], { width, height } = SIZE) =>
  Uint8ClampedArray.from({ length: width * height * 4 }, (_, at) => colour[at % 4]!);
const canvas = (luma: number, cb = 128, cr = 128) => ({
  planes: [Buffer.alloc(16 * 8, luma), Buffer.alloc(8 * 4, cb), Buffer.alloc(8 * 4, cr)],
  strides: [16, 8, 8],
});
const corner = ({ planes }: { planes: Buffer[] }) => planes.map((plane) => plane[0]);

describe.each(['bt601', 'bt709'] as const)('a picture in %s', (space) => {
  it.each(['#000000', '#ffffff', '#ff0000', '#00ff00', '#0000ff', '#123456'])(
    'has the numbers of %s',
    (hex) => {
      const rgb = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
      const { planes, strides } = toPlanes(plain([...rgb, 255]), SIZE, space);
      expect(strides).toEqual([8, 4, 4]);
      expect(planes.map((plane) => plane.length)).toEqual([32, 8, 8]);
      expect(planes.map((plane) => [...new Set(plane)])).toEqual(
        parseColour(hex, space).map((part) => [part]),
      );
    },
  );
});

it('is laid where it belongs, as much as it covers', () => {
  const red = parseColour('#ff0000', 'bt601');
  const below = canvas(100);
  blend(below, toOverlay(plain([255, 0, 0, 255]), SIZE, 'bt601', 0.5), 4, 2);
  expect(corner(below)).toEqual([100, 128, 128]);
  const at = [2 * 16 + 4, 8 + 2, 8 + 2];
  const middle = red.map((part, plane) => Math.round((part + [100, 128, 128][plane]!) / 2));
  expect(below.planes.map((plane, index) => plane[at[index]!])).toEqual(middle);
  const changed = below.planes.map((plane, index) =>
    plane.filter((value) => value !== [100, 128, 128][index]),
  );
  expect(changed.map((plane) => plane.length)).toEqual([32, 8, 8]);
});

it('leaves what it doesn’t cover as it is, and replaces what it covers', () => {
  for (const value of [16, 100, 235, 240]) {
    const [clear, full] = [canvas(value, value, value), canvas(value, value, value)];
    blend(clear, toOverlay(plain([255, 0, 0, 0]), SIZE, 'bt601', 1), 0, 0);
    expect(corner(clear)).toEqual([value, value, value]);
    blend(full, toOverlay(plain([255, 0, 0, 255]), SIZE, 'bt601', 1), 0, 0);
    expect(corner(full)).toEqual([...parseColour('#ff0000', 'bt601')]);
  }
});

it('takes no colour from pixels that aren’t seen', () => {
  // Of each four, one is green and opaque; the others are red, and clear.
  const rgba = plain([255, 0, 0, 0]);
  for (let y = 0; y < 4; y += 2) for (let x = 0; x < 8; x += 2) rgba.set([0, 255, 0, 255], (y * 8 + x) * 4);
  const below = canvas(100);
  blend(below, toOverlay(rgba, SIZE, 'bt601', 1), 0, 0);
  const [, cb, cr] = parseColour('#00ff00', 'bt601');
  const off = [cb, cr].map((part, index) => corner(below)[index + 1]! - (128 + (part - 128) / 4));
  expect(Math.max(...off.map(Math.abs))).toBeLessThanOrEqual(1);
});
