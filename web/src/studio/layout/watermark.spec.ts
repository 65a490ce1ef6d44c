import { CORNERS, cornerOf, placed } from './watermark';

const canvas = { width: 1280, height: 720 };

it.each(CORNERS)('is put into the corner %s, all of it', (corner) => {
  for (const [width, height] of [
    [512, 256],
    [10, 100],
    [4096, 1],
    [64, 64],
  ] as const) {
    const mark = placed({ id: 'i', width, height }, corner, canvas);
    expect(cornerOf(mark)).toBe(corner);
    const down = (mark.width * canvas.width * height) / width / canvas.height;
    expect(mark.x).toBeGreaterThan(0);
    expect(mark.x + mark.width).toBeLessThan(1);
    expect(mark.y).toBeGreaterThanOrEqual(0);
    if (mark.width > 0.01) expect(mark.y + down).toBeLessThan(1);
  }
});

it('is as large as its share, by the side that is longer on the canvas', () => {
  expect(placed({ id: 'i', width: 16, height: 9 }, 'left-top', canvas)).toEqual({
    ...{ image: 'i', x: 0.02, y: 0.036, width: 0.18, opacity: 0.8 },
  });
  expect(placed({ id: 'i', width: 9, height: 16 }, 'left-top', canvas).width).toBeCloseTo(0.057, 3);
});
