import type { WantedPicture } from '../contracts';
import type { Tile } from './layout';
import { pictureKey } from './picture-key';

/** Aspect ratio of what cameras and screens deliver: a picture's height is requested, its width follows. */
const DELIVERED = 16 / 9;

/** How high, in pixels, a picture has to be so that it fills an area without being enlarged. */
export function pictureHeight({ width, height, fit }: Pick<Tile, 'width' | 'height' | 'fit'>): number {
  return Math.ceil(fit === 'crop' ? Math.max(height, width / DELIVERED) : height);
}

/** The same of all pictures of a mix. */
export function pictureHeights(tiles: readonly Tile[]): WantedPicture[] {
  return highest(tiles.map((tile) => ({ ...nameOf(tile), height: pictureHeight(tile) })));
}

/** Each picture once, as high as the highest of the same. In the order of their first. */
export function highest(pictures: readonly WantedPicture[]): WantedPicture[] {
  const byKey = new Map<string, WantedPicture>();
  for (const picture of pictures) {
    const key = pictureKey(picture);
    const height = Math.max(picture.height, byKey.get(key)?.height ?? 0);
    byKey.set(key, { ...picture, height });
  }
  return [...byKey.values()];
}

function nameOf({ userId, source }: Tile): Omit<WantedPicture, 'height'> {
  return source ? { userId, source } : { userId };
}
