/** Rectangles of a custom layout, as people drag them. Fractions of the canvas (0..1); pure. */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
/** Sides of a box that a handle takes along: by the points of the compass. */
export type Handle = 'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w' | 'nw';
export const HANDLES: readonly Handle[] = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];

export const COLUMNS = 16;
export const ROWS = 9;
/** The edge of what every screen shows. */
export const SAFE = 0.05;
/** Of an arrow key: ten make a column or a row. */
export const STEP = { x: 1 / (COLUMNS * 10), y: 1 / (ROWS * 10) };
/** The smallest box, of width and height. */
export const SMALLEST = 0.05;

/** Where something snaps to, and whether that is more than the grid. */
interface Line {
  at: number;
  named: boolean;
}
export interface Lines {
  x: readonly Line[];
  y: readonly Line[];
}
/** Lines that a box lies on now; null: none. */
export interface Guides {
  x: number | null;
  y: number | null;
}
export interface Snapped {
  box: Box;
  guides: Guides;
}

/** Grid, centre, safe area, and the edges of the other boxes. */
export function linesOf(others: readonly Box[]): Lines {
  const all = (cells: number, edges: number[]): Line[] => [
    ...[0.5, 0, 1, SAFE, 1 - SAFE, ...edges].map((at) => ({ at, named: true })),
    ...Array.from({ length: cells - 1 }, (_, n) => ({ at: (n + 1) / cells, named: false })),
  ];
  return {
    x: all(
      COLUMNS,
      others.flatMap(({ x, width }) => [x, x + width]),
    ),
    y: all(
      ROWS,
      others.flatMap(({ y, height }) => [y, y + height]),
    ),
  };
}

/** Kept whole on the canvas. */
export function moved(box: Box, dx: number, dy: number): Box {
  return {
    ...box,
    x: tidy(clamp(box.x + dx, 0, 1 - box.width)),
    y: tidy(clamp(box.y + dy, 0, 1 - box.height)),
  };
}

/** @param keep the shape of the box, where a corner is pulled */
export function resized(box: Box, handle: Handle, dx: number, dy: number, keep = false): Box {
  let [left, top, right, bottom] = [box.x, box.y, box.x + box.width, box.y + box.height];
  if (handle.includes('w')) left = clamp(left + dx, 0, right - SMALLEST);
  if (handle.includes('e')) right = clamp(right + dx, left + SMALLEST, 1);
  if (handle.includes('n')) top = clamp(top + dy, 0, bottom - SMALLEST);
  if (handle.includes('s')) bottom = clamp(bottom + dy, top + SMALLEST, 1);
  const free = boxOf(left, top, right, bottom);
  return keep && handle.length === 2 ? shaped(free, box, handle) : free;
}

/** The largest box of the shape of `before` within `free`, at the corner that stays. */
function shaped(free: Box, before: Box, handle: Handle): Box {
  const scale = Math.min(free.width / before.width, free.height / before.height);
  const [width, height] = [before.width * scale, before.height * scale];
  return {
    x: tidy(handle.includes('w') ? free.x + free.width - width : free.x),
    y: tidy(handle.includes('n') ? free.y + free.height - height : free.y),
    width: tidy(width),
    height: tidy(height),
  };
}

/** @param reach how near a line has to be, across and down */
export function snapMoved(box: Box, lines: Lines, reach: { x: number; y: number }): Snapped {
  const x = nearest([box.x, box.x + box.width / 2, box.x + box.width], lines.x, reach.x);
  const y = nearest([box.y, box.y + box.height / 2, box.y + box.height], lines.y, reach.y);
  return { box: moved(box, x.by, y.by), guides: { x: x.guide, y: y.guide } };
}

/** The same for the sides that a handle moves. */
export function snapResized(
  box: Box,
  handle: Handle,
  lines: Lines,
  reach: { x: number; y: number },
): Snapped {
  const west = handle.includes('w');
  const north = handle.includes('n');
  const across = west || handle.includes('e') ? [west ? box.x : box.x + box.width] : [];
  const down = north || handle.includes('s') ? [north ? box.y : box.y + box.height] : [];
  const x = nearest(across, lines.x, reach.x);
  const y = nearest(down, lines.y, reach.y);
  return { box: resized(box, handle, x.by, y.by), guides: { x: x.guide, y: y.guide } };
}

/** The line next to one of these places: how far it is, and where it is if it is worth drawing. */
function nearest(places: number[], lines: readonly Line[], reach: number) {
  let best: { by: number; guide: number | null } | null = null;
  let distance = reach;
  for (const { at, named } of lines)
    for (const place of places) {
      const away = Math.abs(at - place);
      // A named line comes first in the list: where two are as far, it is the one that is drawn.
      if (away > distance || (best && away === distance)) continue;
      distance = away;
      best = { by: at - place, guide: named ? at : null };
    }
  return best ?? { by: 0, guide: null };
}

function boxOf(left: number, top: number, right: number, bottom: number): Box {
  return { x: tidy(left), y: tidy(top), width: tidy(right - left), height: tidy(bottom - top) };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

/** Without the dust of binary fractions. */
function tidy(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
