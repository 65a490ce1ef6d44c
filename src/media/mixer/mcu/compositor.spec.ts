import { Picture } from '../../ffmpeg/picture';
import { Compositor, type TilePicture } from './compositor';
import type { Tile } from '../../../shared/layout';

const BACKGROUND = 16;
let pictures: Picture[] = [];

/** A picture of one luma value. */
function plain(luma: number, width = 320, height = 240): Picture {
  const picture = new Picture(width, height);
  picture.planes.forEach((plane, index) => plane.fill(index === 0 ? luma : 128));
  pictures.push(picture);
  return picture;
}
const tile = (
  userId: string,
  x: number,
  y: number,
  width: number,
  height: number,
  more: Partial<Tile> = {},
): Tile => ({
  userId,
  x,
  y,
  width,
  height,
  z: 0,
  fit: 'crop',
  ...more,
});

let compositor: Compositor;
const draw = (byUser: Record<string, TilePicture>) => compositor.draw((userId) => byUser[userId] ?? null);
/** All luma values in a rectangle. */
function values(x: number, y: number, width: number, height: number): number[] {
  const { planes, strides } = compositor.canvas;
  const seen = new Set<number>();
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++) seen.add(planes[0]![row * strides[0]! + column]!);
  }
  return [...seen];
}

beforeEach(() => {
  compositor = new Compositor({ width: 640, height: 360 });
});
afterEach(() => {
  compositor.close();
  for (const picture of pictures) picture.close();
  pictures = [];
});

describe('Compositor', () => {
  it.each([98, 100, 102, 104, 106, 108, 110, 112])(
    'draws %i wide, every pixel inside and none beside',
    (width) => {
      compositor.arrange([tile('a', 50, 40, width, 80)], '#000000');
      draw({ a: { picture: plain(200), serial: 1 } });
      expect(values(50, 40, width, 80)).toEqual([200]);
      expect(values(0, 40, 50, 80)).toEqual([BACKGROUND]);
      expect(values(50 + width, 40, 640 - 50 - width, 80)).toEqual([BACKGROUND]);
      expect(values(0, 0, 640, 40)).toEqual([BACKGROUND]);
      expect(values(0, 120, 640, 240)).toEqual([BACKGROUND]);
    },
  );

  it('fit keeps the aspect with bars of background, crop fills', () => {
    const same = { a: { picture: plain(200, 240, 320), serial: 1 } };
    compositor.arrange([tile('a', 0, 0, 320, 180, { fit: 'fit' })], '#000000');
    draw(same);
    expect(values(0, 0, 92, 180)).toEqual([BACKGROUND]);
    expect(values(94, 0, 132, 180)).toEqual([200]);
    expect(values(228, 0, 92, 180)).toEqual([BACKGROUND]);
    compositor.arrange([tile('a', 0, 0, 320, 180)], '#000000');
    draw(same);
    expect(values(0, 0, 320, 180)).toEqual([200]);
  });

  it('draws a small tile again when the one below it changed', () => {
    compositor.arrange([tile('a', 0, 0, 640, 360), tile('b', 500, 20, 100, 80, { z: 1 })], '#000000');
    const b = { picture: plain(90), serial: 1 };
    draw({ a: { picture: plain(200), serial: 1 }, b });
    draw({ a: { picture: plain(150), serial: 2 }, b });
    expect(values(0, 0, 500, 360)).toEqual([150]);
    expect(values(500, 20, 100, 80)).toEqual([90]);
  });

  it('leaves the canvas alone while nothing changes', () => {
    compositor.arrange([tile('a', 0, 0, 64, 64)], '#000000');
    const a = { picture: plain(200), serial: 1 };
    draw({ a });
    compositor.canvas.fill({ x: 0, y: 0, width: 64, height: 64 }, [1, 1, 1]);
    compositor.arrange([tile('a', 0, 0, 64, 64)], '#000000');
    draw({ a });
    expect(values(0, 0, 64, 64)).toEqual([1]);
    draw({ a: { ...a, serial: 2 } });
    expect(values(0, 0, 64, 64)).toEqual([200]);
  });

  it('shows the placeholder for users without a picture, and background where nobody sits any more', () => {
    compositor.arrange([tile('a', 0, 0, 160, 120), tile('b', 320, 0, 160, 120)], '#000000');
    draw({ b: { picture: plain(200), serial: 1 } });
    expect(values(0, 0, 160, 120).length).toBeGreaterThan(1);
    compositor.arrange([tile('b', 320, 0, 160, 120)], '#000000');
    draw({ b: { picture: plain(200), serial: 1 } });
    expect(values(0, 0, 160, 120)).toEqual([BACKGROUND]);
  });

  it('keeps names on their tiles, whatever is drawn below, and takes them away', () => {
    const corner = [0, 140, 80, 40] as const;
    const named = [tile('a', 0, 0, 320, 180, { name: 'Anna' })];
    for (const [serial, luma] of [100, 150].entries()) {
      compositor.arrange(named, '#000000');
      draw({ a: { picture: plain(luma), serial } });
      expect(values(...corner).length).toBeGreaterThan(3);
      expect(values(160, 0, 160, 180)).toEqual([luma]);
    }
    compositor.arrange([tile('a', 0, 0, 320, 180)], '#000000');
    draw({ a: { picture: plain(150), serial: 2 } });
    expect(values(...corner)).toEqual([150]);
  });

  it('moves the name up where a guest sits over it', () => {
    compositor.arrange(
      [tile('a', 0, 0, 640, 360, { name: 'Anna' }), tile('b', 0, 260, 100, 100, { z: 1 })],
      '#000000',
    );
    draw({ a: { picture: plain(150), serial: 1 }, b: { picture: plain(90), serial: 1 } });
    expect(values(0, 260, 100, 100)).toEqual([90]);
    expect(values(0, 0, 100, 50).length).toBeGreaterThan(3);
  });
});
