/** Border and corners of a tile in pixels: the same in the server's and the page's mix. */
import type { Layout } from '../contracts';
import type { CanvasSize, Rect } from './layout';

/** How the tiles of a layout look, whatever is in them. */
export type TileLook = Pick<Layout, 'border' | 'radius' | 'muteMarks'>;

/** All lengths in pixels. */
export interface TileShape {
  /** What the border leaves: even, as 4:2:0 chroma asks. Without a border the tile. */
  inner: Rect;
  /** Of the tile's corners, and of those within the border; 0: square. */
  radius: number;
  innerRadius: number;
  /** What is laid into a corner of `inner` stays this far from its edges, or it would stick out of the round. */
  clearance: number;
}

/** At most this share of a tile's shorter side. */
const MAX_BORDER = 0.25;
const MAX_RADIUS = 0.5;

const even = (value: number) => Math.round(value / 2) * 2;

/** A border that is asked for is two pixels wide at least, so that it is seen on a small canvas too. */
export function tileShape(tile: Rect, { border, radius = 0 }: TileLook, canvas: CanvasSize): TileShape {
  const unit = Math.min(canvas.width, canvas.height);
  const side = Math.min(tile.width, tile.height);
  const wanted = border && border.width > 0 ? Math.max(2, even(border.width * unit)) : 0;
  const width = Math.min(wanted, Math.floor((side * MAX_BORDER) / 2) * 2);
  const outer = Math.min(Math.round(radius * unit), side * MAX_RADIUS);
  const innerRadius = Math.max(0, outer - width);
  return {
    inner: {
      x: tile.x + width,
      y: tile.y + width,
      width: tile.width - 2 * width,
      height: tile.height - 2 * width,
    },
    radius: outer,
    innerRadius,
    clearance: Math.ceil((innerRadius * (1 - Math.SQRT1_2)) / 2) * 2,
  };
}
