/** The picture of somebody whose camera is off, round, in the middle of their tile. */
import { createCanvas } from '@napi-rs/canvas';
import type { ColourSpace } from '../../../contracts';
import { covering } from '../../../shared/picture-place';
import type { Area } from './canvas';
import type { Decoded } from './images';
import { type Overlay, toOverlay } from './yuv';

/** Of the tile's shorter side. */
const SHARE = 0.5;
/** Smaller ones show nothing, pixels. */
const SMALLEST = 16;

const even = (value: number) => Math.floor(value / 2) * 2;

/** Its corner and its diameter, even; null: the tile is too small for one. */
export function avatarPlace(tile: Area): { x: number; y: number; size: number } | null {
  const size = even(Math.min(tile.width, tile.height) * SHARE);
  if (size < SMALLEST) return null;
  return { x: tile.x + even((tile.width - size) / 2), y: tile.y + even((tile.height - size) / 2), size };
}

/** @param size diameter, even, pixels */
export function drawAvatar(image: Decoded, size: number, colour: ColourSpace): Overlay {
  const context = createCanvas(size, size).getContext('2d');
  context.beginPath();
  context.arc(size / 2, size / 2, size / 2, 0, 2 * Math.PI);
  context.clip();
  context.imageSmoothingQuality = 'high';
  const from = covering(image, { width: size, height: size });
  context.drawImage(image, from.x, from.y, from.width, from.height, 0, 0, size, size);
  return toOverlay(context.getImageData(0, 0, size, size).data, { width: size, height: size }, colour, 1);
}
