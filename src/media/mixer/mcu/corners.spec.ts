import { Picture } from '../../ffmpeg/picture';
import type { Tile } from '../../../shared/layout';
import { Compositor, type TilePicture } from './compositor';
import { parseColour } from './paint';

const CANVAS = { width: 640, height: 360 };
const host: Tile = { userId: 'host', x: 0, y: 0, ...CANVAS, z: 0, fit: 'crop' };
const guest: Tile = { userId: 'guest', x: 400, y: 40, width: 160, height: 120, z: 1, fit: 'crop' };
/** 36 pixels. */
const RADIUS = 0.1;
const BORDER = { width: 8 / 360, colour: '#ff0000' };

let pictures: Picture[] = [];
function plain(luma: number, serial: number): TilePicture {
  const picture = new Picture(160, 120);
  picture.planes.forEach((plane, index) => plane.fill(index === 0 ? luma : 128));
  pictures.push(picture);
  return { picture, serial };
}
let compositor: Compositor;
const draw = (byUser: Record<string, TilePicture>, muted: string[] = []) =>
  compositor.draw(
    (userId) => byUser[userId] ?? null,
    (userId) => muted.includes(userId),
  );
const at = (x: number, y: number): number[] =>
  compositor.canvas.planes.map((plane, index) => {
    const shift = index === 0 ? 0 : 1;
    return plane[(y >> shift) * compositor.canvas.strides[index]! + (x >> shift)]!;
  });
const luma = (x: number, y: number) => at(x, y)[0]!;
/** All of the canvas. */
const everything = () => Buffer.concat(compositor.canvas.planes.map((plane) => Buffer.from(plane)));

beforeEach(() => {
  compositor = new Compositor(CANVAS);
});
afterEach(() => {
  compositor.close();
  for (const picture of pictures) picture.close();
  pictures = [];
});

describe('round corners', () => {
  it('show the background, softened along the edge, and cut nothing else', () => {
    compositor.arrange([guest], '#ffffff', { look: { radius: RADIUS } });
    draw({ guest: plain(60, 1) });
    for (const [x, y] of [
      [400, 40],
      [559, 40],
      [400, 159],
      [559, 159],
    ] as const) {
      expect(at(x, y)).toEqual([235, 128, 128]);
    }
    for (const [x, y] of [
      [400 + 36, 40],
      [400, 40 + 36],
      [400 + 18, 40 + 18],
      [480, 100],
    ] as const) {
      expect(at(x, y)).toEqual([60, 128, 128]);
    }
    // Along the diagonal: background, one or two of the edge, picture.
    const diagonal = Array.from({ length: 18 }, (_, step) => luma(400 + step, 40 + step));
    expect(diagonal).toEqual([...diagonal].sort((a, b) => b - a));
    const soft = diagonal.filter((value) => value > 60 && value < 235);
    expect(soft.length).toBeGreaterThan(0);
    expect(soft.length).toBeLessThan(4);
  });

  it('show the tile below, as it is now', () => {
    compositor.arrange([host, guest], '#ffffff', { look: { radius: RADIUS } });
    const still = plain(60, 1);
    for (const [serial, value] of [200, 90, 150].entries()) {
      draw({ host: plain(value, serial), guest: still });
      expect(luma(401, 41)).toBe(value);
      expect(luma(558, 158)).toBe(value);
      expect(luma(480, 100)).toBe(60);
    }
  });

  it.each([
    ['without a border', { radius: RADIUS }],
    ['with one', { radius: RADIUS, border: BORDER }],
    ['with one wider than the corner is round', { radius: 0.01, border: BORDER }],
  ])('are after any history what they are after a single drawing, %s', (_, look) => {
    const third: Tile = { ...guest, userId: 'third', x: 480, y: 100, z: 2 };
    const scenery = { look: { ...look, muteMarks: true }, names: new Map([['third', 'Anna']]) };
    const tiles = [host, { ...guest, name: 'Bob' }, third];
    const end = { host: plain(200, 99), guest: plain(60, 99) };
    compositor.arrange(tiles, '#123456', scenery);
    draw(end, ['third']);
    const expected = everything();

    compositor.close();
    compositor = new Compositor(CANVAS);
    compositor.arrange(tiles, '#123456', scenery);
    for (let round = 0; round < 40; round++) {
      // Now one, now another, now all, with a placeholder in between.
      const byUser: Record<string, TilePicture> = { ...end };
      if (round % 2) byUser['host'] = plain(50 + round, round);
      if (round % 3) byUser['guest'] = plain(220 - round, round);
      if (round % 5) byUser['third'] = plain(100, round);
      if (round % 7 === 0) delete byUser['guest'];
      draw(byUser, round % 4 ? ['third'] : ['guest']);
    }
    draw(end, ['third']);
    expect(everything().equals(expected)).toBe(true);
  });
});

describe('a border', () => {
  it.each(['bt601', 'bt709'] as const)('has its colour all around, %s, and the picture within', (colour) => {
    compositor.close();
    compositor = new Compositor({ ...CANVAS, colour });
    compositor.arrange([guest], '#ffffff', { look: { border: BORDER } });
    draw({ guest: plain(60, 1) });
    const red = [...parseColour('#ff0000', colour)];
    for (const [x, y] of [
      [400, 40],
      [407, 100],
      [559, 159],
      [480, 47],
      [552, 100],
      [480, 152],
    ] as const) {
      expect(at(x, y)).toEqual(red);
    }
    for (const [x, y] of [
      [408, 48],
      [551, 151],
    ] as const) {
      expect(at(x, y)).toEqual([60, 128, 128]);
    }
    expect(at(399, 100)[0]).toBe(235);
  });

  it('runs around corners that show what lies below', () => {
    compositor.arrange([host, guest], '#ffffff', { look: { border: BORDER, radius: RADIUS } });
    draw({ host: plain(200, 1), guest: plain(60, 1) });
    expect(luma(401, 41)).toBe(200);
    // 10.5 pixels in lies the edge on the diagonal, 8 / √2 more is the picture.
    expect(at(400 + 14, 40 + 14)).toEqual([...parseColour('#ff0000', 'bt601')]);
    expect(luma(400 + 20, 40 + 20)).toBe(60);
  });

  it('is not drawn again with each picture', () => {
    compositor.arrange([guest], '#ffffff', { look: { border: BORDER } });
    draw({ guest: plain(60, 1) });
    compositor.canvas.fill({ ...guest, height: 2 }, [1, 1, 1]);
    draw({ guest: plain(70, 2) });
    expect(luma(480, 41)).toBe(1);
    expect(luma(480, 100)).toBe(70);
  });
});

describe('a mark', () => {
  const look = { muteMarks: true };
  const corner = () => {
    const values = [];
    for (let y = 130; y < 158; y++) for (let x = 530; x < 558; x++) values.push(luma(x, y));
    return new Set(values).size;
  };

  it('is there while they are not heard', () => {
    const picture = plain(150, 1);
    compositor.arrange([guest], '#ffffff', { look });
    draw({ guest: picture });
    expect(corner()).toBe(1);
    draw({ guest: picture }, ['guest']);
    expect(corner()).toBeGreaterThan(10);
    draw({ guest: picture });
    expect(corner()).toBe(1);
  });

  it('is not there where the layout shows none', () => {
    const picture = plain(150, 1);
    compositor.arrange([guest], '#ffffff');
    draw({ guest: picture }, ['guest']);
    expect(corner()).toBe(1);
  });
});

describe('who has no picture', () => {
  const seen = (name: string, userId = 'guest') => {
    compositor.arrange([{ ...guest, userId }], '#ffffff', { names: new Map([[userId, name]]) });
    draw({});
    return everything();
  };

  it('is their initials in a round of their own colour', () => {
    seen('Anna');
    // Left of the letter, within the round; outside of it the ground.
    const round = at(480 - 24, 100);
    expect(round).not.toEqual(at(404, 44));
    expect(Math.abs(round[1]! - 128) + Math.abs(round[2]! - 128)).toBeGreaterThan(10);
    const letters = Array.from({ length: 40 }, (_, step) => luma(460 + step, 100));
    expect(Math.max(...letters)).toBeGreaterThan(225);
  });

  it('looks like nobody else', () => {
    const first = seen('Anna');
    expect(seen('Berta').equals(first)).toBe(false);
    expect(seen('Anna', 'another').equals(first)).toBe(false);
    expect(seen('Anna').equals(first)).toBe(true);
  });

  it('is the outline of a person without a name', () => {
    seen('');
    expect(
      at(480, 100)
        .slice(1)
        .every((value) => Math.abs(value - 128) < 8),
    ).toBe(true);
    expect(luma(480, 120)).toBeGreaterThan(luma(404, 44) + 20);
  });
});
