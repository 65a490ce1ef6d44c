import type { Tile } from '../../../shared/layout';
import { seenTiles } from './seen';

const tile = (userId: string, x: number, y: number, width: number, height: number): Tile => ({
  ...{ userId, x, y, width, height, z: 0, fit: 'crop' },
});
const CANVAS = { width: 640, height: 360 };
const seenWith = (radius: number, ...tiles: Tile[]) =>
  seenTiles(tiles, { radius }, CANVAS).map(({ userId }) => userId);
const seen = (...tiles: Tile[]) => seenWith(0, ...tiles);

describe('seenTiles', () => {
  it('leaves out what a later tile covers whole', () => {
    expect(seen(tile('a', 100, 100, 50, 50), tile('b', 0, 0, 640, 360))).toEqual(['b']);
    expect(seen(tile('a', 0, 0, 640, 360), tile('b', 0, 0, 640, 360))).toEqual(['b']);
  });

  it('keeps what is seen in part, and what lies above', () => {
    expect(seen(tile('a', 0, 0, 640, 360), tile('b', 100, 100, 50, 50))).toEqual(['a', 'b']);
    expect(seen(tile('a', 0, 0, 50, 50), tile('b', 1, 0, 50, 50))).toEqual(['a', 'b']);
    expect(seen()).toEqual([]);
  });

  it('keeps what is seen through a round corner', () => {
    const whole = tile('b', 0, 0, 640, 360);
    // 36 pixels: the corner's arc is 11 pixels from the edges at its middle.
    expect(seenWith(0.1, tile('a', 0, 0, 50, 50), whole)).toEqual(['a', 'b']);
    expect(seenWith(0.1, tile('a', 590, 310, 50, 50), whole)).toEqual(['a', 'b']);
    expect(seenWith(0.1, tile('a', 12, 12, 616, 336), whole)).toEqual(['b']);
  });
});
