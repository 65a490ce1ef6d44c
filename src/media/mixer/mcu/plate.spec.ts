import type { ColourSpace } from '../../../contracts';
import { Canvas } from './canvas';
import { parseColour } from './paint';
import { drawPlate, layPlate, PlateCache } from './plate';

const AREA = { x: 0, y: 0, width: 64, height: 48 };
const plain = (colour: string, space: ColourSpace = 'bt709') =>
  drawPlate({ width: 16, height: 8 }, space, (context) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 16, 8);
  });
let canvas: Canvas;
/** Y, Cb and Cr at a pixel. */
const at = (x: number, y: number): number[] =>
  canvas.planes.map((plane, index) => {
    const shift = index === 0 ? 0 : 1;
    return plane[(y >> shift) * canvas.strides[index]! + (x >> shift)]!;
  });

beforeEach(() => {
  canvas = new Canvas(64, 48, 'bt709');
  canvas.fill(AREA, [120, 200, 60]);
});
afterEach(() => canvas.close());

describe('a plate', () => {
  it.each<ColourSpace>(['bt601', 'bt709'])('has the colours of the canvas: %s', (space) => {
    layPlate(canvas, plain('#2a5fc4', space), { x: 8, y: 4 });
    expect(at(10, 6)).toEqual(parseColour('#2a5fc4', space));
  });

  it('lets through what its transparency says, inside its rectangle only', () => {
    layPlate(canvas, plain('rgba(255, 0, 0, 0.6)'), { x: 8, y: 4 });
    const red = parseColour('#ff0000', 'bt709');
    [120, 200, 60].forEach((below, part) => {
      expect(Math.abs(at(8, 4)[part]! - (below * 0.4 + red[part]! * 0.6))).toBeLessThan(1.5);
    });
    const beside = [at(7, 4), at(24, 4), at(8, 3), at(8, 12)];
    expect(beside).toEqual(beside.map(() => [120, 200, 60]));
    expect(at(23, 11)).toEqual(at(8, 4));
  });

  it('leaves what it does not cover exactly as it was, however often it is laid', () => {
    const half = drawPlate({ width: 16, height: 8 }, 'bt709', (context) => context.fillRect(0, 0, 8, 8));
    for (let i = 0; i < 100; i++) layPlate(canvas, half, { x: 8, y: 4 });
    expect(at(15, 6)).toEqual([16, 128, 128]);
    expect(at(16, 6)).toEqual([120, 200, 60]);
  });
});

describe('PlateCache', () => {
  it('draws a plate once, and forgets before it grows without end', () => {
    const cache = new PlateCache();
    const draw = jest.fn(() => plain('#ffffff'));
    const first = cache.of('a', draw);
    expect(cache.of('a', draw)).toBe(first);
    for (let i = 0; i < 100; i++) cache.of(`other ${i}`, draw);
    expect(cache.of('a', draw)).not.toBe(first);
    expect(draw).toHaveBeenCalledTimes(102);
  });
});
