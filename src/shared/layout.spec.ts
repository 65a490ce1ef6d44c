import type { CustomRect, Layout, LayoutKind } from '../contracts';
import { layoutTiles, type LayoutSeat, type Tile } from './layout';

const layout = (kind: Layout['kind'], more: Partial<Layout> = {}): Layout => ({
  kind,
  fit: 'crop',
  background: '#000000',
  ...more,
});
const seats = (count: number): LayoutSeat[] =>
  Array.from({ length: count }, (_, seat) => ({ userId: `u${seat}`, seat }));
const overlap = (a: Tile, b: Tile) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const CANVASES = [
  { width: 1280, height: 720 },
  { width: 640, height: 360 },
  { width: 720, height: 1280 },
  { width: 1920, height: 1080 },
  { width: 854, height: 480 },
];
const COUNTS = Array.from({ length: 16 }, (_, index) => index + 1);
const KINDS: Layout['kind'][] = ['grid', 'floating', 'side-by-side', 'speaker', 'screen'];

describe('layoutTiles', () => {
  for (const canvas of CANVASES) {
    it.each(KINDS)(`%s on ${canvas.width}x${canvas.height}: even, inside, everybody once`, (kind) => {
      for (const count of COUNTS) {
        const tiles = layoutTiles(layout(kind), seats(count), canvas);
        expect(new Set(tiles.map((tile) => tile.userId)).size).toBe(count);
        for (const tile of tiles) {
          for (const value of [tile.x, tile.y, tile.width, tile.height]) expect(Math.abs(value % 2)).toBe(0);
          expect(tile.x).toBeGreaterThanOrEqual(0);
          expect(tile.y).toBeGreaterThanOrEqual(0);
          expect(tile.width).toBeGreaterThan(0);
          expect(tile.height).toBeGreaterThan(0);
          expect(tile.x + tile.width).toBeLessThanOrEqual(canvas.width);
          expect(tile.y + tile.height).toBeLessThanOrEqual(canvas.height);
        }
      }
    });

    it.each(COUNTS)(`tiles don't overlap: %i on ${canvas.width}x${canvas.height}`, (count) => {
      for (const kind of KINDS) {
        const all = layoutTiles(layout(kind), seats(count), canvas);
        const tiles = kind === 'floating' ? all.slice(1) : all;
        tiles.forEach((a, index) => tiles.slice(index + 1).forEach((b) => expect(overlap(a, b)).toBe(false)));
      }
    });
  }

  const wide = { width: 1280, height: 720 };
  it.each([
    [1, [[0, 0, 1280, 720]]],
    [
      2,
      [
        [0, 120, 640, 480],
        [640, 120, 640, 480],
      ],
    ],
    [
      3,
      [
        [0, 0, 640, 360],
        [640, 0, 640, 360],
        [320, 360, 640, 360],
      ],
    ],
    [
      4,
      [
        [0, 0, 640, 360],
        [640, 0, 640, 360],
        [0, 360, 640, 360],
        [640, 360, 640, 360],
      ],
    ],
  ])('grid of %i', (count, expected) => {
    const tiles = layoutTiles(layout('grid'), seats(count), wide);
    expect(tiles.map((tile) => [tile.x, tile.y, tile.width, tile.height])).toEqual(expected);
  });

  it('keeps grid tiles between 4:3 and 16:9 on a wide canvas', () => {
    for (const count of COUNTS) {
      const { width, height } = layoutTiles(layout('grid'), seats(count), wide)[0]!;
      expect(width / height).toBeGreaterThan(4 / 3 - 0.02);
      expect(width / height).toBeLessThan(16 / 9 + 0.02);
    }
  });

  describe.each([
    { width: 720, height: 1280 },
    { width: 540, height: 960 },
    { width: 1080, height: 1920 },
  ])('on a tall canvas, $width x $height', (tall) => {
    const upToNine = COUNTS.slice(0, 9);
    const rectsOf = (kind: Layout['kind'], count: number) =>
      layoutTiles(layout(kind), seats(count), tall).map(({ x, y, width, height }) => ({
        x,
        y,
        width,
        height,
      }));

    it.each(KINDS)('%s has no slits', (kind) => {
      for (const count of upToNine) {
        for (const { width, height } of rectsOf(kind, count)) {
          expect(width / height).toBeGreaterThan(9 / 16 - 0.02);
          expect(width / height).toBeLessThan(16 / 9 + 0.03);
        }
      }
    });

    it.each(['grid', 'side-by-side'] as const)(
      '%s stacks two and three, and makes quarters of four',
      (kind) => {
        for (const count of [2, 3]) {
          const rects = rectsOf(kind, count);
          expect(new Set(rects.map(({ x }) => x)).size).toBe(1);
          for (const { width } of rects) expect(width).toBeGreaterThanOrEqual(tall.width - 2);
        }
        const half = { width: tall.width / 2, height: tall.height / 2 };
        expect(rectsOf(kind, 4)).toEqual([
          { x: 0, y: 0, ...half },
          { x: half.width, y: 0, ...half },
          { x: 0, y: half.height, ...half },
          { x: half.width, y: half.height, ...half },
        ]);
      },
    );

    it('speaker has the others in rows below, none too small to be seen', () => {
      for (const count of upToNine.slice(1)) {
        const [speaker, ...others] = rectsOf('speaker', count);
        expect(speaker).toEqual({ x: 0, y: 0, width: tall.width, height: (tall.height * 3) / 4 });
        for (const { y, width } of others) {
          expect(y).toBeGreaterThanOrEqual(speaker!.height);
          expect(width).toBeGreaterThanOrEqual(tall.width / 4 - 2);
        }
      }
    });

    it('floating has guests that can be seen on a phone', () => {
      for (const count of upToNine.slice(1)) {
        for (const { width } of rectsOf('floating', count).slice(1)) {
          expect(width).toBeGreaterThan(tall.width * 0.27);
        }
      }
    });

    it('a PK has room for the guests of both', () => {
      for (const side of ['left', 'right'] as const) {
        const people = seats(9).map((seat) => ({ ...seat, side }));
        const [host, ...guests] = layoutTiles(layout('side-by-side'), people, tall);
        for (const { width, height } of guests) {
          expect(width).toBeGreaterThan(host!.width / 5);
          expect(height).toBeGreaterThan(width / 1.34);
        }
      }
    });
  });

  it('orders by seat, whatever the order of the list', () => {
    const tiles = layoutTiles(layout('side-by-side'), seats(2).reverse(), wide);
    expect(tiles.map((tile) => [tile.userId, tile.x])).toEqual([
      ['u0', 0],
      ['u1', 640],
    ]);
  });

  it('floating: the host below and full, guests above at the right edge', () => {
    const [host, ...guests] = layoutTiles(layout('floating'), seats(3), wide);
    expect(host).toMatchObject({ userId: 'u0', x: 0, y: 0, width: 1280, height: 720, z: 0 });
    for (const guest of guests) {
      expect(guest.z).toBeGreaterThan(0);
      expect(guest.x).toBeGreaterThan(640);
      expect(guest.width).toBeLessThan(320);
    }
  });

  it('speaker: the loudest is large, on any seat; seat 0 while nobody speaks', () => {
    const largest = (speaker: string | null) =>
      layoutTiles(layout('speaker'), seats(4), wide, speaker).sort(
        (a, b) => b.width * b.height - a.width * a.height,
      )[0]!.userId;
    expect(largest('u2')).toBe('u2');
    expect(largest(null)).toBe('u0');
    expect(largest('gone')).toBe('u0');
  });

  it('custom: fractions, z order, clipping; empty seats and nothing-rects are left out', () => {
    const rect = { fit: 'fit' as const, width: 0.5, height: 0.5 };
    const rects = [
      { ...rect, seat: 1, x: 0.75, y: 0.75, z: 2 },
      { ...rect, seat: 0, x: 0, y: 0, z: 1 },
      { ...rect, seat: 7, x: 0, y: 0, z: 3 },
      { ...rect, seat: 2, x: 1, y: 1, z: 4 },
    ];
    expect(layoutTiles(layout('custom', { rects }), seats(3), wide)).toEqual([
      { userId: 'u0', x: 0, y: 0, width: 640, height: 360, z: 1, fit: 'fit' },
      { userId: 'u1', x: 960, y: 540, width: 320, height: 180, z: 2, fit: 'fit' },
    ]);
  });

  describe('with screens', () => {
    /** Of `count` people those who share. */
    const sharing = (count: number, ...who: number[]) =>
      seats(count).map((seat) => ({ ...seat, screen: who.includes(seat.seat) }));
    const place = (kind: LayoutKind, people: LayoutSeat[], canvas = wide, speaker: string | null = null) =>
      layoutTiles(layout(kind), people, canvas, speaker);
    const pictures = (tiles: Tile[]) => tiles.map(({ userId, source = 'camera' }) => `${userId} ${source}`);

    it('screen: it is large and whole, all cameras in a column, or a row on a tall canvas', () => {
      const [screen, ...cameras] = place('screen', sharing(2, 1));
      expect(screen).toMatchObject({ userId: 'u1', source: 'screen', x: 0, y: 0, width: 960, fit: 'fit' });
      expect(pictures(cameras)).toEqual(['u0 camera', 'u1 camera']);
      for (const { x, width, fit } of cameras) expect([x, width, fit]).toEqual([960, 320, 'crop']);
      const [tall, ...row] = place('screen', sharing(2, 1), { width: 720, height: 1280 });
      expect(tall).toMatchObject({ source: 'screen', x: 0, y: 0, width: 720, height: 960 });
      for (const { y } of row) expect(y).toBeGreaterThanOrEqual(960);
    });

    it('screen: of several the first seat’s is large, the others come before the cameras', () => {
      expect(pictures(place('screen', sharing(3, 2, 1)))).toEqual([
        'u1 screen',
        'u2 screen',
        'u0 camera',
        'u1 camera',
        'u2 camera',
      ]);
    });

    it('screen: without one like speaker', () => {
      expect(place('screen', sharing(3), wide, 'u2')).toEqual(place('speaker', seats(3), wide, 'u2'));
    });

    it.each<LayoutKind>(['grid', 'floating', 'side-by-side', 'speaker'])(
      '%s: it takes the place of its member’s camera, whole',
      (kind) => {
        const tiles = place(kind, sharing(3, 1));
        const [before, after] = [place(kind, seats(3))[1]!, tiles[1]!];
        expect(after).toEqual({ ...before, source: 'screen', fit: 'fit' });
        expect(pictures(tiles)).toEqual(['u0 camera', 'u1 screen', 'u2 camera']);
      },
    );

    it('custom: a rectangle shows what it names, and the screen before the camera where it names nothing', () => {
      const half = { y: 0, width: 0.5, height: 1, fit: 'crop' as const };
      const named = [
        { ...half, seat: 0, source: 'screen' as const, x: 0, z: 0 },
        { ...half, seat: 0, source: 'camera' as const, x: 0.5, z: 1 },
      ];
      const custom = (rects: CustomRect[], people: LayoutSeat[]) =>
        layoutTiles(layout('custom', { rects }), people, wide);
      expect(pictures(custom(named, sharing(1, 0)))).toEqual(['u0 screen', 'u0 camera']);
      expect(pictures(custom(named, sharing(1)))).toEqual(['u0 camera']);
      const either = [{ ...half, seat: 0, x: 0, z: 0 }];
      expect(pictures(custom(either, sharing(1, 0)))).toEqual(['u0 screen']);
      expect(pictures(custom(either, sharing(1)))).toEqual(['u0 camera']);
    });
  });

  describe('side-by-side of two sides (PK)', () => {
    const side = (name: string, of: 'left' | 'right', count: number) =>
      Array.from({ length: count }, (_, seat) => ({ userId: `${name}${seat}`, seat, side: of }));
    const pk = (own: number, other: number, canvas: { width: number; height: number }) =>
      layoutTiles(layout('side-by-side'), [...side('b', 'right', other), ...side('a', 'left', own)], canvas);

    it('gives each host a half, the left side the left one, whatever the order of the list', () => {
      expect(pk(1, 1, wide).map(({ userId, x, y, width, height }) => [userId, x, y, width, height])).toEqual([
        ['a0', 0, 0, 640, 720],
        ['b0', 640, 0, 640, 720],
      ]);
    });

    it('keeps the right half for the right side while nobody is on the left', () => {
      expect(pk(0, 1, wide)).toMatchObject([{ userId: 'b0', x: 640 }]);
    });

    it('keeps the halves beside each other on a tall canvas, and no slits', () => {
      expect(pk(1, 1, { width: 720, height: 1280 })).toMatchObject([
        { userId: 'a0', x: 0, y: 320, width: 360, height: 640 },
        { userId: 'b0', x: 360, y: 320, width: 360, height: 640 },
      ]);
    });

    it.each(CANVASES)('puts guests small over their own host: $width x $height', (canvas) => {
      for (const [own, other] of [
        [2, 1],
        [1, 3],
        [9, 16],
      ] as const) {
        const tiles = pk(own, other, canvas);
        expect(tiles).toHaveLength(own + other);
        for (const name of ['a', 'b']) {
          const [host, ...guests] = tiles.filter(({ userId }) => userId.startsWith(name));
          for (const guest of guests) {
            expect(guest.z).toBeGreaterThan(host!.z);
            expect(guest.x).toBeGreaterThanOrEqual(host!.x);
            expect(guest.x + guest.width).toBeLessThanOrEqual(host!.x + host!.width);
            expect(guest.y).toBeGreaterThan(host!.y + host!.height / 2);
            expect(guest.y + guest.height).toBeLessThanOrEqual(host!.y + host!.height);
            for (const value of [guest.x, guest.y, guest.width, guest.height]) {
              expect(Math.abs(value % 2)).toBe(0);
              expect(value).toBeGreaterThanOrEqual(2);
            }
          }
          guests.forEach((a, i) => guests.slice(i + 1).forEach((b) => expect(overlap(a, b)).toBe(false)));
        }
      }
    });
  });

  it.each(KINDS)('%s takes an element of a page for a canvas, whose size is not its own property', (kind) => {
    class Element {
      get width() {
        return 1280;
      }
      get height() {
        return 720;
      }
    }
    for (const people of [seats(1), seats(5), seats(9).map((seat) => ({ ...seat, side: 'left' as const }))]) {
      const tiles = layoutTiles(layout(kind), people, new Element());
      expect(tiles).toEqual(layoutTiles(layout(kind), people, wide));
    }
  });

  it('no seats, no tiles', () => {
    expect(layoutTiles(layout('grid'), [], wide)).toEqual([]);
  });
});
