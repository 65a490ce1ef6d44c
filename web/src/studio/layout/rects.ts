/** Custom layouts: rectangles by seat, made of any layout, and put in order. */
import { type CanvasSize, layoutTiles } from '../../../../src/shared/layout';
import type { CustomRect, Layout } from '../../contracts';

/** A rectangle over the whole canvas. */
const WHOLE = { x: 0, y: 0, width: 1, height: 1 };
/** Where somebody comes in who has no place yet. */
const CORNER = { x: 0.7, y: 0.65, width: 0.25, height: 0.25 };

/** @param seats numbers of those who are to be seen */
export function thumbOf(layout: Layout, seats: readonly number[], canvas: CanvasSize) {
  const sitters = seats.map((seat) => ({
    userId: String(seat),
    seat,
    screen: layout.kind === 'screen' && seat === 0,
  }));
  return layoutTiles(layout, sitters, canvas);
}

/** The rectangles of a layout, as a custom one has them. */
export function rectsOf(layout: Layout, seats: readonly number[], canvas: CanvasSize): CustomRect[] {
  if (layout.kind === 'custom') return (layout.rects ?? []).map((rect) => ({ ...rect }));
  return layoutTiles(
    layout,
    seats.map((seat) => ({ userId: String(seat), seat })),
    canvas,
  ).map(({ userId, x, y, width, height, z, fit }) => ({
    seat: Number(userId),
    x: x / canvas.width,
    y: y / canvas.height,
    width: width / canvas.width,
    height: height / canvas.height,
    ...{ z, fit },
  }));
}

/** Only the host, on the whole canvas. */
export function soloOf(layout: Layout): Layout {
  return { ...layout, kind: 'custom', rects: [{ seat: 0, ...WHOLE, z: 0, fit: layout.fit }] };
}

export function isSolo({ kind, rects = [] }: Layout): boolean {
  const [only] = rects;
  return kind === 'custom' && rects.length === 1 && only?.seat === 0 && only.width === 1 && only.height === 1;
}

/** Of another kind; only `custom` has rectangles. */
export function ofKind(layout: Layout, kind: Exclude<Layout['kind'], 'custom'>): Layout {
  const next: Layout = { ...layout, kind };
  delete next.rects;
  return next;
}

/** In front of all others. */
export function withSeat(rects: readonly CustomRect[], seat: number, fit: CustomRect['fit']): CustomRect[] {
  return ordered([...rects, { seat, ...CORNER, z: rects.length, fit }]);
}

/** One place towards the front (1) or the back (-1). @param index among them, from back to front */
export function restacked(rects: readonly CustomRect[], index: number, by: 1 | -1): CustomRect[] {
  const order = ordered(rects);
  const [one, other] = [order[index], order[index + by]];
  if (!one || !other) return order;
  order[index] = other;
  order[index + by] = one;
  return order.map((rect, z) => ({ ...rect, z }));
}

/** From back to front, numbered so. */
export function ordered(rects: readonly CustomRect[]): CustomRect[] {
  return [...rects].sort((a, b) => a.z - b.z).map((rect, z) => ({ ...rect, z }));
}
