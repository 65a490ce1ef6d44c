import { tileShape } from './tile-look';

const tile = { x: 100, y: 50, width: 400, height: 300 };
const HD = { width: 1280, height: 720 };

describe('tileShape', () => {
  it('is the tile itself where nothing is asked for', () => {
    expect(tileShape(tile, {}, HD)).toEqual({ inner: tile, radius: 0, innerRadius: 0, clearance: 0 });
  });

  it('has a border of whole chroma samples, and corners within it that run along', () => {
    const look = { border: { width: 0.007, colour: '#ffffff' }, radius: 0.03 };
    expect(tileShape(tile, look, HD)).toEqual({
      inner: { x: 106, y: 56, width: 388, height: 288 },
      radius: 22,
      innerRadius: 16,
      clearance: 6,
    });
  });

  it('is the same on canvases of any size and shape', () => {
    const look = { border: { width: 0.01, colour: '#ffffff' }, radius: 0.05 };
    const half = { x: 50, y: 26, width: 200, height: 150 };
    expect(tileShape(half, look, { width: 640, height: 360 })).toMatchObject({ radius: 18 });
    expect(tileShape(tile, look, { width: 720, height: 1280 })).toMatchObject({ radius: 36 });
  });

  it('keeps a border that is seen, and never one that is all of a tile', () => {
    const border = (width: number) => ({ border: { width, colour: '#ffffff' } });
    expect(tileShape(tile, border(0.0001), HD).inner.x).toBe(102);
    expect(tileShape(tile, border(0), HD).inner).toEqual(tile);
    const small = { x: 0, y: 0, width: 40, height: 30 };
    expect(tileShape(small, border(0.05), HD).inner).toEqual({ x: 6, y: 6, width: 28, height: 18 });
    expect(tileShape({ ...small, width: 2, height: 2 }, border(0.05), HD).inner.width).toBe(2);
  });

  it('rounds to a pill at most', () => {
    expect(tileShape(tile, { radius: 0.5 }, HD).radius).toBe(150);
  });
});
