/** What is laid on a tile, a name and marks: places and sizes, the same in the server's and the page's mix. */
import type { Rect } from './layout';

/** All lengths in pixels, even where 4:2:0 chroma asks for it. */
export interface PlateStyle {
  fontSize: number;
  /** Left and right of the text. */
  padding: number;
  height: number;
  radius: number;
  /** Between the plate and the tile's edge. */
  margin: number;
  /** The name is shortened to this. */
  maxTextWidth: number;
}

const FONT_SHARE = 0.06;
const MIN_FONT = 12;
const MAX_FONT = 28;
/** Narrower tiles hold no name worth reading. */
const MIN_TILE_WIDTH = 64;

const even = (value: number) => Math.round(value / 2) * 2;

/**
 * Sizes of the plate on a tile; null where the tile is too small for one.
 *
 * @param clearance plates stay this far from the tile's edge at least
 * @param marked room is left for a mark beside the name
 */
export function plateStyle(
  tile: Rect,
  { clearance = 0, marked = false }: { clearance?: number; marked?: boolean } = {},
): PlateStyle | null {
  const fontSize = Math.round(Math.min(Math.max(tile.height * FONT_SHARE, MIN_FONT), MAX_FONT));
  const [padding, height] = [even(fontSize * 0.5), even(fontSize * 1.6)];
  const margin = Math.max(even(fontSize * 0.4), clearance);
  const maxTextWidth = tile.width - 2 * (margin + padding) - (marked ? height + margin : 0);
  const narrow = tile.width < MIN_TILE_WIDTH + 2 * clearance || maxTextWidth < fontSize;
  if (narrow || tile.height < height + 2 * margin) return null;
  return { fontSize, padding, height, radius: fontSize * 0.35, margin, maxTextWidth };
}

/**
 * Where a plate goes: the tile's lower left corner, or the upper left one where something above it covers the lower. A
 * mark goes to the right.
 *
 * @param above tiles that are drawn after this one
 */
export function platePlace(
  tile: Rect,
  plate: { width: number; height: number; margin: number },
  above: readonly Rect[],
  side: 'left' | 'right' = 'left',
): Rect {
  const { width, height, margin } = plate;
  const x = side === 'left' ? tile.x + margin : tile.x + tile.width - margin - width;
  const lower = { x, y: tile.y + tile.height - margin - height, width, height };
  return above.some((other) => overlap(other, lower)) ? { ...lower, y: tile.y + margin } : lower;
}

/** The square of the mark on a tile whose plates have this style. */
export function markPlace(tile: Rect, { height, margin }: PlateStyle, above: readonly Rect[]): Rect {
  return platePlace(tile, { width: height, height, margin }, above, 'right');
}

/**
 * The square in the middle of a tile, of half its shorter side, that shows who has no picture: even, in pixels. On a small
 * tile it makes room for the plate, as far as it stays within the tile.
 *
 * @param style of the plate at the tile's bottom; null: there is none
 */
export function facePlace(tile: Rect, style: PlateStyle | null): Rect {
  const size = Math.floor(Math.min(tile.width, tile.height) / 4) * 2;
  const taken = style ? style.height + style.margin : 0;
  const height = (tile.height - size) / 2 < taken ? Math.max(size, tile.height - taken) : tile.height;
  const middle = (from: number, length: number) => from + Math.floor((length - size) / 4) * 2;
  return { x: middle(tile.x, tile.width), y: middle(tile.y, height), width: size, height: size };
}

/** Do two rectangles share a pixel? */
export function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** As much of a name as fits into `maxWidth`: whole characters (graphemes), with an ellipsis where some are missing. */
export function shortened(name: string, maxWidth: number, widthOf: (text: string) => number): string {
  if (widthOf(name) <= maxWidth) return name;
  const graphemes = [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment);
  while (graphemes.length > 1 && widthOf(`${graphemes.join('')}…`) > maxWidth) graphemes.pop();
  return `${graphemes.join('').trimEnd()}…`;
}
