import type { Fit, Layout, LayoutSide, VideoSource } from '../contracts';

/** The rectangle of a participant's picture on the canvas, in whole even pixels. */
export interface Tile {
  userId: string;
  /** Absent: the camera. */
  source?: VideoSource;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Drawn in rising order. */
  z: number;
  fit: Fit;
  /** To be shown on the tile; absent where the layout shows no names. */
  name?: string;
}

export interface LayoutSeat {
  userId: string;
  name?: string;
  /** 0 is the host. */
  seat: number;
  /** Where two hosts share the picture (PK): whose half it is in, each with a host's seat of its own. */
  side?: LayoutSide;
  /** Shares a screen. */
  screen?: boolean;
}
export interface CanvasSize {
  width: number;
  height: number;
}
/** Pixels. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

const MIN_TILE = 2;
/** A guest of `floating` is at most this share of the canvas' width and height; wider on a tall one. */
const FLOATING_WIDTH = 0.22;
const FLOATING_WIDTH_TALL = 0.28;
const FLOATING_HEIGHT = 0.26;
const FLOATING_MARGIN = 0.02;
/** Share of the longer side that the column of `speaker` takes. */
const SPEAKER_COLUMN = 0.25;
const WIDE = 16 / 9;
const TALL = 9 / 16;
/** A guest in their host's half is at most this share of its width and height. */
const HALF_GUEST_WIDTH = 0.3;
const HALF_GUEST_HEIGHT = 0.24;
/** And all of them, in as many rows as they are largest in, at most this share of its height. */
const HALF_GUESTS_HEIGHT = 0.46;
const HALF_GUEST_ROWS = 3;

/**
 * Places every seat on the canvas. Pure: the same arguments give the same tiles, in rising z order. All coordinates
 * are even, as 4:2:0 chroma asks, and inside the canvas. An empty list of seats gives no tiles.
 *
 * @param speaker user id of the loudest, for `speaker` and `screen`; seat 0 when null or not seated
 */
export function layoutTiles(
  layout: Layout,
  seats: LayoutSeat[],
  canvas: CanvasSize,
  speaker: string | null = null,
): Tile[] {
  const tiles = placeTiles(layout, seats, canvas, speaker);
  if (!layout.names) return tiles;
  const names = new Map(seats.map(({ userId, name }) => [userId, name]));
  return tiles.map((tile) => ({ ...tile, name: names.get(tile.userId) }));
}

function placeTiles(layout: Layout, seats: LayoutSeat[], canvas: CanvasSize, speaker: string | null): Tile[] {
  const ordered = [...seats].sort((a, b) => sideOrder(a) - sideOrder(b) || a.seat - b.seat);
  const toTiles = (rects: Rect[], from: LayoutSeat[] = ordered) =>
    rects.map((rect, index) => ({ ...pictureOf(from[index]!, layout.fit), ...rect, z: index }));
  if (ordered.length === 0) return [];
  switch (layout.kind) {
    case 'grid':
      return toTiles(gridRects(ordered.length, canvas));
    case 'floating':
      return toTiles(floatingRects(ordered.length, canvas));
    case 'side-by-side':
      return ordered.some((seat) => seat.side)
        ? toTiles(...pkRects(ordered, canvas))
        : toTiles(sideBySideRects(ordered.length, canvas));
    case 'speaker': {
      const loudest = ordered.find((seat) => seat.userId === speaker) ?? ordered[0]!;
      return toTiles(speakerRects(ordered.length, canvas), [
        loudest,
        ...ordered.filter((seat) => seat !== loudest),
      ]);
    }
    case 'screen': {
      const screens = ordered.filter((seat) => seat.screen);
      if (screens.length === 0) return placeTiles({ ...layout, kind: 'speaker' }, seats, canvas, speaker);
      const cameras = ordered.map((seat) => ({ ...seat, screen: false }));
      return toTiles(speakerRects(screens.length + cameras.length, canvas), [...screens, ...cameras]);
    }
    case 'custom':
      return customTiles(layout, ordered, canvas);
  }
}

/** What a seat shows where it has one picture: its screen, of which nothing may be cut off, before its camera. */
function pictureOf({ userId, screen }: LayoutSeat, fit: Fit): Pick<Tile, 'userId' | 'source' | 'fit'> {
  return screen ? { userId, source: 'screen', fit: 'fit' } : { userId, fit };
}

const even = (value: number) => Math.floor(value / 2) * 2;

/** What tiles look like: wide on a wide canvas; on a tall one, for phones, also as tall as what phones send. */
function narrowestTile(canvas: CanvasSize): number {
  return canvas.width >= canvas.height ? 4 / 3 : TALL;
}

function gridRects(count: number, canvas: CanvasSize): Rect[] {
  if (count === 1) return [{ x: 0, y: 0, width: even(canvas.width), height: even(canvas.height) }];
  const { width, height } = canvas;
  return gridIn({ x: 0, y: 0, width, height }, count, narrowestTile(canvas));
}

/**
 * Equal tiles in the grid whose tiles come out largest; the last row is centred. Tiles are kept between `narrowest` and
 * 16:9, so that nobody is cropped to a slit.
 */
function gridIn(area: Rect, count: number, narrowest: number): Rect[] {
  let best = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const tile = fitAspect(area.width / columns, area.height / Math.ceil(count / columns), narrowest, WIDE);
    if (tile.width * tile.height > best.width * best.height) best = { columns, ...tile };
  }
  const rows = Math.ceil(count / best.columns);
  const top = area.y + even((area.height - rows * best.height) / 2);
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / best.columns);
    const inRow = row === rows - 1 ? count - row * best.columns : best.columns;
    const left = area.x + even((area.width - inRow * best.width) / 2);
    return {
      x: left + (index % best.columns) * best.width,
      y: top + row * best.height,
      width: best.width,
      height: best.height,
    };
  });
}

/** The largest even size within width x height whose aspect lies between the two. */
function fitAspect(width: number, height: number, narrowest: number, widest: number): CanvasSize {
  const aspect = Math.min(Math.max(width / height, narrowest), widest);
  const fitted = Math.min(width, height * aspect);
  return { width: Math.max(even(fitted), MIN_TILE), height: Math.max(even(fitted / aspect), MIN_TILE) };
}

/** The host over the whole canvas, guests in a column at the right edge from the top. */
function floatingRects(count: number, canvas: CanvasSize): Rect[] {
  const margin = even(Math.min(canvas.width, canvas.height) * FLOATING_MARGIN);
  const guests = count - 1;
  const room = (canvas.height - margin) / Math.max(guests, 1) - margin;
  const height = Math.min(room, canvas.height * FLOATING_HEIGHT);
  const wide = canvas.width >= canvas.height;
  const tile = wide
    ? fitAspect(canvas.width * FLOATING_WIDTH, height, 4 / 3, WIDE)
    : fitAspect(canvas.width * FLOATING_WIDTH_TALL, height, 3 / 4, WIDE);
  const column = Array.from({ length: guests }, (_, index) => ({
    x: even(canvas.width - margin - tile.width),
    y: margin + index * (tile.height + margin),
    ...tile,
  }));
  return [{ x: 0, y: 0, width: even(canvas.width), height: even(canvas.height) }, ...column];
}

/**
 * Two halves, left and right (above each other on a tall canvas); with more seats, equal strips, and where these would be
 * slits, a grid.
 */
function sideBySideRects(count: number, canvas: CanvasSize): Rect[] {
  const wide = canvas.width >= canvas.height;
  const strip = (wide ? 1 / count : count) * (canvas.width / canvas.height);
  if (count > 2 && (strip < TALL || strip > WIDE)) return gridRects(count, canvas);
  return Array.from({ length: count }, (_, index) => {
    const from = even(((wide ? canvas.width : canvas.height) * index) / count);
    const to = even(((wide ? canvas.width : canvas.height) * (index + 1)) / count);
    return wide
      ? { x: from, y: 0, width: to - from, height: even(canvas.height) }
      : { x: 0, y: from, width: even(canvas.width), height: to - from };
  });
}

/**
 * PK: the left side's host in the left half and the right side's in the right one, on a tall canvas too, where the halves
 * are no slits; over each, at the bottom of the host's half, the guests.
 */
function pkRects(ordered: LayoutSeat[], canvas: CanvasSize): [Rect[], LayoutSeat[]] {
  const rects: Rect[] = [];
  const order: LayoutSeat[] = [];
  const half = fitAspect(canvas.width / 2, canvas.height, TALL, Infinity);
  for (const [index, side] of (['left', 'right'] as const).entries()) {
    const [host, ...guests] = ordered.filter((seat) => (seat.side ?? 'left') === side);
    if (!host) continue;
    const area = { x: index * half.width, y: even((canvas.height - half.height) / 2), ...half };
    rects.push(area, ...guestRows(guests.length, area, canvas.width >= canvas.height ? 4 / 3 : 3 / 4));
    order.push(host, ...guests);
  }
  return [rects, order];
}

function guestRows(count: number, area: Rect, narrowest: number): Rect[] {
  const margin = even(Math.min(area.width, area.height) * FLOATING_MARGIN);
  let best = { perRow: 1, width: 0, height: 0 };
  for (let rows = 1; rows <= HALF_GUEST_ROWS; rows++) {
    const perRow = Math.ceil(count / rows);
    const room = {
      width: (area.width - margin) / Math.max(perRow, 1) - margin,
      height: (area.height * HALF_GUESTS_HEIGHT) / rows - margin,
    };
    const tile = fitAspect(
      Math.min(room.width, area.width * HALF_GUEST_WIDTH),
      Math.min(room.height, area.height * HALF_GUEST_HEIGHT),
      narrowest,
      WIDE,
    );
    if (tile.width * tile.height > best.width * best.height) best = { perRow, ...tile };
  }
  const { perRow, width, height } = best;
  const rows = Math.ceil(count / perRow);
  return Array.from({ length: count }, (_, index) => ({
    x: area.x + margin + (index % perRow) * (width + margin),
    y: even(area.y + area.height) - (rows - Math.floor(index / perRow)) * (height + margin),
    width,
    height,
  }));
}

function sideOrder({ side }: LayoutSeat): number {
  return side === 'right' ? 1 : 0;
}

/** The speaker large, the others in a strip at the right (below on a tall canvas), in as many columns as they need. */
function speakerRects(count: number, canvas: CanvasSize): Rect[] {
  if (count === 1) return gridRects(1, canvas);
  const [width, height] = [even(canvas.width), even(canvas.height)];
  const wide = width >= height;
  const long = wide ? width : height;
  const strip = even(long * SPEAKER_COLUMN);
  const main = long - strip;
  const large = wide ? { x: 0, y: 0, width: main, height } : { x: 0, y: 0, width, height: main };
  const rest = wide ? { x: main, y: 0, width: strip, height } : { x: 0, y: main, width, height: strip };
  return [large, ...gridIn(rest, count - 1, narrowestTile(canvas))];
}

/**
 * Rectangles as given, clipped to the canvas; those of empty seats and of screens that nobody shares are left out, as are
 * seats without one.
 */
function customTiles(layout: Layout, seats: LayoutSeat[], canvas: CanvasSize): Tile[] {
  const tiles: Tile[] = [];
  for (const rect of [...(layout.rects ?? [])].sort((a, b) => a.z - b.z)) {
    const seat = seats.find((candidate) => candidate.seat === rect.seat);
    if (!seat || (rect.source === 'screen' && !seat.screen)) continue;
    const x = clampEven(rect.x * canvas.width, canvas.width);
    const y = clampEven(rect.y * canvas.height, canvas.height);
    const width = clampEven((rect.x + rect.width) * canvas.width, canvas.width) - x;
    const height = clampEven((rect.y + rect.height) * canvas.height, canvas.height) - y;
    if (width < MIN_TILE || height < MIN_TILE) continue;
    const screen = rect.source ? rect.source === 'screen' : seat.screen;
    const { userId, source } = pictureOf({ ...seat, screen: screen ?? false }, rect.fit);
    tiles.push({ userId, ...(source ? { source } : {}), x, y, width, height, z: rect.z, fit: rect.fit });
  }
  return tiles;
}

function clampEven(value: number, max: number): number {
  return even(Math.min(Math.max(Math.round(value), 0), max));
}
