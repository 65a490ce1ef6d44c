import type { Tile } from '../../../shared/layout';
import { seenTiles } from './seen';

const tile = (userId: string, x: number, y: number, width: number, height: number): Tile => ({
  ...{ userId, x, y, width, height, z: 0, fit: 'crop' },
});
const seen = (...tiles: Tile[]) => seenTiles(tiles).map(({ userId }) => userId);

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
});
