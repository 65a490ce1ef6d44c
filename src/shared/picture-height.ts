import type { Tile } from './layout';

/** Aspect ratio of what cameras deliver: a picture's height is requested, its width follows. */
const CAMERA = 16 / 9;

/** How high, in pixels, a camera's picture has to be so that it fills an area without being enlarged. */
export function pictureHeight({ width, height, fit }: Pick<Tile, 'width' | 'height' | 'fit'>): number {
  return Math.ceil(fit === 'crop' ? Math.max(height, width / CAMERA) : height);
}

/** The same by user, for all tiles of a picture. */
export function pictureHeights(tiles: readonly Tile[]): Map<string, number> {
  const heights = new Map<string, number>();
  for (const tile of tiles) {
    heights.set(tile.userId, Math.max(heights.get(tile.userId) ?? 0, pictureHeight(tile)));
  }
  return heights;
}
