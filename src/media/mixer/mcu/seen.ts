import type { Tile } from '../../../shared/layout';

/** Of tiles in drawing order those of which something is seen: a later one that holds them covers them. */
export function seenTiles(tiles: readonly Tile[]): Tile[] {
  return tiles.filter((tile, index) => !tiles.slice(index + 1).some((above) => holds(above, tile)));
}

function holds(outer: Tile, inner: Tile): boolean {
  return (
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    outer.x + outer.width >= inner.x + inner.width &&
    outer.y + outer.height >= inner.y + inner.height
  );
}
