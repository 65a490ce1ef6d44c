import { type Box, linesOf, moved, resized, SMALLEST, snapMoved, snapResized } from './geometry';

const box: Box = { x: 0.25, y: 0.25, width: 0.5, height: 0.25 };
const REACH = { x: 0.01, y: 0.01 };

describe('moved', () => {
  it('stays whole on the canvas', () => {
    expect(moved(box, 0.1, -0.05)).toEqual({ ...box, x: 0.35, y: 0.2 });
    expect(moved(box, 2, 2)).toEqual({ ...box, x: 0.5, y: 0.75 });
    expect(moved(box, -2, -2)).toEqual({ ...box, x: 0, y: 0 });
  });
});

describe('resized', () => {
  it('moves the sides of the handle only', () => {
    expect(resized(box, 'e', 0.1, 0.9)).toEqual({ ...box, width: 0.6 });
    expect(resized(box, 'nw', -0.05, 0.05)).toEqual({ x: 0.2, y: 0.3, width: 0.55, height: 0.2 });
  });

  it('never turns over, and never leaves the canvas', () => {
    expect(resized(box, 'se', -2, -2)).toEqual({ ...box, width: SMALLEST, height: SMALLEST });
    expect(resized(box, 'nw', -2, -2)).toEqual({ x: 0, y: 0, width: 0.75, height: 0.5 });
    expect(resized(box, 'w', 2, 0)).toEqual({ ...box, x: 0.7, width: SMALLEST });
  });

  it('keeps the shape at a corner, from the opposite one', () => {
    expect(resized(box, 'se', 0.1, 0.5, true)).toEqual({ ...box, width: 0.6, height: 0.3 });
    expect(resized(box, 'nw', 0.25, 0, true)).toEqual({ x: 0.5, y: 0.375, width: 0.25, height: 0.125 });
  });
});

describe('snapping', () => {
  const lines = linesOf([{ x: 0.62, y: 0.1, width: 0.3, height: 0.3 }]);

  it('takes the nearest line to an edge or the middle, and says which where it isn’t of the grid', () => {
    expect(snapMoved({ ...box, x: 0.252, y: 0.377 }, lines, REACH)).toEqual({
      box: { ...box, x: 0.25, y: 0.375 },
      guides: { x: 0.5, y: 0.5 },
    });
    // To the edge of the other box, then to the grid, which isn't drawn.
    expect(snapMoved({ ...box, x: 0.117, y: 0.3 }, lines, REACH)).toMatchObject({
      box: { x: 0.12 },
      guides: { x: 0.62 },
    });
    const small = { x: 0.19, y: 0.7, width: 0.051, height: 0.1 };
    expect(snapMoved(small, lines, { x: 0.003, y: 0 })).toMatchObject({
      box: { x: 0.1875 },
      guides: { x: null },
    });
  });

  it('leaves what is further away than it reaches', () => {
    const away = { x: 0.213, y: 0.213, width: 0.152, height: 0.149 };
    expect(snapMoved(away, lines, { x: 0.001, y: 0.001 })).toEqual({
      box: away,
      guides: { x: null, y: null },
    });
  });

  it('moves the pulled sides only', () => {
    expect(snapResized({ ...box, width: 0.697 }, 'e', lines, REACH)).toEqual({
      box: { ...box, width: 0.7 },
      guides: { x: 0.95, y: null },
    });
  });
});
