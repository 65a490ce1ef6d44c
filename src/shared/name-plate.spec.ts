import { facePlace, markPlace, overlap, platePlace, plateStyle, shortened } from './name-plate';

const perCharacter = (text: string) => [...text].length * 10;

describe('plateStyle', () => {
  it.each([
    [{ width: 1280, height: 720 }, 28],
    [{ width: 640, height: 360 }, 22],
    [{ width: 160, height: 90 }, 12],
  ])('%j has letters of %i px', (size, fontSize) => {
    expect(plateStyle({ x: 0, y: 0, ...size })).toMatchObject({ fontSize });
  });

  it.each([
    { width: 62, height: 90 },
    { width: 160, height: 20 },
  ])('%j is too small for a name', (size) => expect(plateStyle({ x: 0, y: 0, ...size })).toBeNull());

  it('keeps everything even and inside its tile, however long the name', () => {
    for (let width = 64; width < 1300; width += 2) {
      const tile = { x: 2, y: 4, width, height: Math.max(90, Math.round(width / 4) * 2) };
      const style = plateStyle(tile)!;
      const size = { width: style.maxTextWidth + 2 * style.padding, height: style.height };
      const place = platePlace(tile, { ...style, ...size }, []);
      expect([place.x % 2, place.y % 2, size.width % 2, size.height % 2]).toEqual([0, 0, 0, 0]);
      expect(place.x + size.width).toBeLessThanOrEqual(tile.x + tile.width);
      expect(place.y + size.height).toBeLessThanOrEqual(tile.y + tile.height);
    }
  });
});

describe('what else is on a tile', () => {
  const sizes = [64, 90, 160, 320, 640, 1280].flatMap((width) =>
    [48, 64, 90, 180, 720].map((height) => ({ x: 2, y: 4, width, height })),
  );

  it('the longest name leaves room for a mark, and both for the round of a corner', () => {
    for (const tile of sizes) {
      const clearance = 10;
      const style = plateStyle(tile, { clearance, marked: true });
      if (!style) continue;
      const size = { width: style.maxTextWidth + 2 * style.padding, height: style.height };
      const name = platePlace(tile, { ...style, ...size }, []);
      const mark = markPlace(tile, style, []);
      expect(style.maxTextWidth).toBeGreaterThanOrEqual(style.fontSize);
      expect(overlap(name, mark)).toBe(false);
      for (const place of [name, mark]) {
        expect([place.x, place.y, place.width, place.height].map((value) => value % 2)).toEqual([0, 0, 0, 0]);
        expect(place.x - tile.x).toBeGreaterThanOrEqual(clearance);
        expect(tile.x + tile.width - place.x - place.width).toBeGreaterThanOrEqual(clearance);
        expect(tile.y + tile.height - place.y - place.height).toBeGreaterThanOrEqual(clearance);
      }
    }
  });

  it('a mark goes up with the name where somebody sits over it', () => {
    const tile = { x: 0, y: 0, width: 640, height: 360 };
    const style = plateStyle(tile)!;
    const guest = { x: 560, y: 300, width: 80, height: 60 };
    expect(markPlace(tile, style, [guest]).y).toBe(style.margin);
    expect(markPlace(tile, style, []).y).toBe(360 - style.margin - style.height);
  });

  it('a face is in the middle, and never below a name', () => {
    expect(facePlace({ x: 0, y: 0, width: 640, height: 360 }, null)).toEqual({
      ...{ x: 230, y: 90 },
      ...{ width: 180, height: 180 },
    });
    for (const tile of sizes) {
      const style = plateStyle(tile);
      const face = facePlace(tile, style);
      expect([face.x, face.y, face.width].map((value) => Math.abs(value % 2))).toEqual([0, 0, 0]);
      expect(face.y).toBeGreaterThanOrEqual(tile.y);
      if (style) expect(overlap(face, platePlace(tile, { ...style, width: tile.width }, []))).toBe(false);
    }
  });

  it('a face stays within its tile where a name leaves it no room', () => {
    for (let height = 2; height < 200; height += 2) {
      for (const clearance of [0, 10, 40]) {
        const tile = { x: 2, y: 4, width: 200, height };
        const face = facePlace(tile, plateStyle(tile, { clearance }));
        const [above, below] = [face.y - tile.y, tile.y + tile.height - face.y - face.height];
        expect({ height, clearance, out: Math.min(above, below, 0) }).toEqual({ height, clearance, out: 0 });
      }
    }
  });
});

describe('platePlace', () => {
  const tile = { x: 0, y: 0, width: 640, height: 360 };
  const plate = { width: 100, height: 32, margin: 8 };

  it('is the lower left corner', () => {
    expect(platePlace(tile, plate, [])).toEqual({ x: 8, y: 320, width: 100, height: 32 });
  });

  it('is the upper left one where somebody sits over the lower', () => {
    const guest = { x: 60, y: 280, width: 100, height: 70 };
    expect(platePlace(tile, plate, [guest])).toMatchObject({ x: 8, y: 8 });
    expect(platePlace(tile, plate, [{ ...guest, x: 108 }])).toMatchObject({ y: 320 });
  });
});

describe('shortened', () => {
  it('leaves what fits', () => expect(shortened('小明', 20, perCharacter)).toBe('小明'));
  it('ends in an ellipsis', () => expect(shortened('Alexandra', 50, perCharacter)).toBe('Alex…'));
  it('never cuts a character in two', () => {
    expect(shortened('a👩‍👩‍👧b', 50, perCharacter)).toBe('a…');
  });
  it('keeps one character at least', () => expect(shortened('Alexandra', 5, perCharacter)).toBe('A…'));
});

it('rectangles that only touch do not overlap', () => {
  const left = { x: 0, y: 0, width: 10, height: 10 };
  expect(overlap(left, { ...left, x: 10 })).toBe(false);
  expect(overlap(left, { ...left, x: 9 })).toBe(true);
});
