import type { CanvasSize, Tile } from '../../../shared/layout';
import { type TileLook, tileShape } from '../../../shared/tile-look';

/** Of tiles in drawing order those of which something is seen: a later one that holds them covers them. */
export function seenTiles(tiles: readonly Tile[], look: TileLook, canvas: CanvasSize): Tile[] {
  return tiles.filter((tile, index) => {
    return !tiles.slice(index + 1).some((above) => holds(above, tile, clearance(above, look, canvas)));
  });
}

/** This far from a tile's edges nothing of what lies below shows through its round corners, pixels. */
function clearance(tile: Tile, look: TileLook, canvas: CanvasSize): number {
  const { radius } = tileShape(tile, look, canvas);
  // A corner's edge is softened over one pixel.
  return radius === 0 ? 0 : Math.ceil(radius * (1 - Math.SQRT1_2)) + 1;
}

function holds(outer: Tile, inner: Tile, margin: number): boolean {
  return (
    outer.x + margin <= inner.x &&
    outer.y + margin <= inner.y &&
    outer.x + outer.width - margin >= inner.x + inner.width &&
    outer.y + outer.height - margin >= inner.y + inner.height
  );
}
