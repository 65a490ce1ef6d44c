import type { Layout } from '../../contracts';
import { isSolo, ofKind, rectsOf, restacked, soloOf, withSeat } from './rects';

const grid: Layout = { kind: 'grid', fit: 'crop', background: '#000000', names: true };
const CANVAS = { width: 1280, height: 720 };

it('makes rectangles of any layout, by seat and from back to front', () => {
  const rects = rectsOf({ ...grid, kind: 'floating' }, [0, 2], CANVAS);
  expect(rects.map(({ seat, z }) => [seat, z])).toEqual([
    [0, 0],
    [2, 1],
  ]);
  expect(rects[0]).toMatchObject({ x: 0, y: 0, width: 1, height: 1, fit: 'crop' });
  expect(rects[1]!.x + rects[1]!.width).toBeLessThanOrEqual(1);
});

it('knows the host alone, and keeps the look', () => {
  const solo = soloOf(grid);
  expect(isSolo(solo)).toBe(true);
  expect(solo.names).toBe(true);
  expect(isSolo(grid)).toBe(false);
  expect(ofKind(solo, 'speaker')).toEqual({ ...grid, kind: 'speaker' });
});

it('puts newcomers in front, and moves one place at a time', () => {
  const rects = withSeat(rectsOf(grid, [0, 1], CANVAS), 5, 'fit');
  expect(rects.map(({ seat }) => seat)).toEqual([0, 1, 5]);
  const back = restacked(rects, 2, -1);
  expect(back.map(({ seat, z }) => [seat, z])).toEqual([
    [0, 0],
    [5, 1],
    [1, 2],
  ]);
  expect(restacked(back, 0, -1)).toEqual(back);
});
