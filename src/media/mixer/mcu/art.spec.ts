import type { Layout } from '../../../contracts';
import { pngOf, type PngOptions } from '../../../../test/support/fixtures/pictures';
import type { Tile } from '../../../shared/layout';
import type { MixSeat } from '../../contract';
import { Picture } from '../../ffmpeg/picture';
import { artOf, NO_ART } from './art';
import { Compositor, type TilePicture } from './compositor';
import { Images } from './images';
import { parseColour } from './paint';

const GREY = 100;
const [WHITE, RED] = [parseColour('#ffffff', 'bt601')[0], parseColour('#ff0000', 'bt601')[0]];
const BLACK = parseColour('#000000', 'bt601')[0];
const layout: Layout = { kind: 'custom', fit: 'crop', background: '#000000' };
const tile = (
  userId: string,
  x: number,
  y: number,
  width: number,
  height: number,
  more: Partial<Tile> = {},
): Tile => ({
  ...{ userId, x, y, width, height, z: 0, fit: 'crop' },
  ...more,
});
const whole = tile('a', 0, 0, 640, 360);
const watermark = { image: 'mark', x: 0.25, y: 0.25, width: 0.25, opacity: 0.5 };
/** Where it is. */
const MARK = [160, 90, 160, 80] as const;

let compositor: Compositor;
let images: Images;
let ready: () => void;
let warnings: object[];
let picture: Picture;
beforeEach(() => {
  compositor = new Compositor({ width: 640, height: 360 });
  picture = new Picture(320, 240);
  picture.planes.forEach((plane, index) => plane.fill(index === 0 ? GREY : 128));
  warnings = [];
  const log = () => undefined;
  const warn = (fields: object) => void warnings.push(fields);
  images = new Images({ logger: { debug: log, info: log, error: log, warn }, onReady: () => ready() });
  images.put('mark', pngOf({ width: 16, height: 8, at: () => [255, 255, 255, 255] }));
  // The upper half is white, the lower one red; of another shape than the canvas.
  const halves: PngOptions['at'] = (_, y) => (y < 32 ? [255, 255, 255, 255] : [255, 0, 0, 255]);
  images.put('back', pngOf({ width: 64, height: 64, at: halves }));
  images.put('bad', Buffer.from('no picture'));
});
afterEach(() => {
  images.close();
  compositor.close();
  picture.close();
});

/** Once everything that is wanted has been decoded. */
async function arranged(tiles: Tile[], set: Partial<Layout>, avatar?: string): Promise<void> {
  const seats = tiles.map(({ userId }) => ({ userId, ...(avatar && { avatar }) }) as MixSeat);
  const art = () => artOf(images, compositor.canvas, { ...layout, ...set }, seats, tiles);
  art();
  while (images.pending > 0) await new Promise<void>((resolve) => (ready = resolve));
  compositor.arrange(tiles, layout.background, {}, art());
}
const draw = (shown: Record<string, number>) =>
  compositor.draw((userId): TilePicture | null =>
    userId in shown ? { picture, serial: shown[userId]! } : null,
  );
function values(x: number, y: number, width: number, height: number): number[] {
  const { planes, strides } = compositor.canvas;
  const seen = new Set<number>();
  for (let row = y; row < y + height; row++) {
    for (let column = x; column < x + width; column++) seen.add(planes[0]![row * strides[0]! + column]!);
  }
  return [...seen];
}
const half = (above: number, below: number) => (above + below + 1) >> 1;

describe('a background picture', () => {
  it('covers the canvas beneath the tiles, cut at its edges', async () => {
    await arranged([tile('a', 0, 0, 160, 90)], { backgroundImage: 'back' });
    draw({ a: 1 });
    expect(values(0, 0, 160, 90)).toEqual([GREY]);
    expect(values(160, 0, 480, 170)).toEqual([WHITE]);
    expect(values(0, 190, 640, 170)).toEqual([RED]);
  });

  it('is what is seen in the bars of a picture, each time', async () => {
    await arranged([tile('a', 0, 0, 640, 360, { fit: 'fit' })], { backgroundImage: 'back' });
    for (const serial of [1, 2]) {
      draw({ a: serial });
      expect(values(0, 0, 80, 170)).toEqual([WHITE]);
      expect(values(560, 190, 80, 170)).toEqual([RED]);
      expect(values(80, 0, 480, 360)).toEqual([GREY]);
    }
  });

  it('is there at once for another size of the output, which it was decoded for before', async () => {
    const set = { ...layout, backgroundImage: 'back' };
    const at = (width: number, height: number) =>
      artOf(images, { width, height, colour: 'bt709' }, set, [], []).backdrop;
    expect(at(640, 360)).toBeNull();
    while (images.pending > 0) await new Promise<void>((resolve) => (ready = resolve));
    expect(at(320, 180)?.planes[0]).toHaveLength(320 * 180);
    expect(at(1280, 720)?.planes[0]).toHaveLength(1280 * 720);
    images.put('back', pngOf({ width: 8, height: 8, at: () => [0, 0, 0, 255] }));
    expect(at(200, 100)).toBeNull();
  });

  it('lets its layout’s colour through', async () => {
    images.put('glass', pngOf({ width: 4, height: 4, at: () => [255, 255, 255, 0] }));
    await arranged([], { backgroundImage: 'glass', background: '#ff0000' });
    draw({});
    expect(values(0, 0, 640, 360)).toEqual([RED]);
  });
});

describe('a watermark', () => {
  it('is above the tiles, as much as it is opaque, and once, whatever is drawn beneath it', async () => {
    const small = tile('b', 200, 100, 64, 64, { z: 1 });
    await arranged([whole, small], { watermark });
    for (const serial of [1, 2, 3]) {
      // By turns both, the upper one, and nothing is drawn anew.
      draw({ a: serial > 2 ? 2 : 1, b: serial });
      draw({ a: serial > 2 ? 2 : 1, b: serial });
      expect(values(...MARK)).toEqual([half(GREY, WHITE)]);
      expect(values(0, 0, 640, 90)).toEqual([GREY]);
      expect(values(320, 90, 320, 270)).toEqual([GREY]);
      expect(values(0, 170, 640, 190)).toEqual([GREY]);
    }
  });

  it('is on the background where no tile is', async () => {
    await arranged([tile('a', 0, 0, 240, 360)], {
      watermark,
      background: '#ffffff',
      backgroundImage: 'back',
    });
    draw({ a: 1 });
    draw({ a: 2 });
    expect(values(160, 90, 80, 80)).toEqual([half(GREY, WHITE)]);
    expect(values(240, 90, 80, 80)).toEqual([WHITE]);
  });

  it('is cut off at the lower edge, and gone when the layout has none', async () => {
    await arranged([whole], { watermark: { ...watermark, y: 0.95 } });
    draw({ a: 1 });
    expect(values(160, 342, 160, 18)).toEqual([half(GREY, WHITE)]);
    await arranged([whole], {});
    draw({ a: 1 });
    expect(values(0, 0, 640, 360)).toEqual([GREY]);
  });

  it('costs nothing while nothing changes', async () => {
    await arranged([whole], { watermark });
    draw({ a: 1 });
    compositor.canvas.fill({ x: 160, y: 90, width: 160, height: 80 }, [1, 1, 1]);
    await arranged([whole], { watermark });
    draw({ a: 1 });
    expect(values(...MARK)).toEqual([1]);
  });
});

describe('an avatar', () => {
  it('is round, in the middle of the tile of who has no picture', async () => {
    await arranged([whole], {}, 'mark');
    draw({});
    const ground = values(0, 0, 200, 360);
    expect(ground).toHaveLength(1);
    // The square in the circle of 180 pixels, and the corners around it.
    expect(values(258, 118, 124, 124)).toEqual([WHITE]);
    expect(values(230, 90, 20, 20)).toEqual(ground);
    draw({ a: 1 });
    expect(values(0, 0, 640, 360)).toEqual([GREY]);
  });

  it('is left to the placeholder in a tile that is too small', async () => {
    await arranged([tile('a', 0, 0, 24, 24)], {}, 'mark');
    draw({});
    expect(values(0, 0, 24, 24)).not.toContain(WHITE);
  });

  it('is not on the tile of their screen, which is of another size', async () => {
    const screen = tile('a', 500, 20, 100, 60, { source: 'screen' });
    await arranged([tile('a', 0, 0, 400, 360), screen], {}, 'mark');
    draw({});
    expect(values(400, 0, 100, 360)).toEqual([BLACK]);
    expect(values(500, 20, 100, 60)).not.toContain(WHITE);
    expect(values(160, 140, 80, 80)).toEqual([WHITE]);
  });
});

describe('a picture that can’t be had', () => {
  it('is left out, with one warning', async () => {
    const set = { backgroundImage: 'bad', watermark: { ...watermark, image: 'gone' } };
    for (const serial of [1, 2]) {
      await arranged([tile('a', 0, 0, 320, 360)], set, 'gone');
      draw({ a: serial });
      expect(values(0, 0, 320, 360)).toEqual([GREY]);
      expect(values(320, 0, 320, 360)).toEqual([16]);
    }
    expect(warnings).toMatchObject([
      { imageId: 'gone', reason: 'the mix has no such picture' },
      { imageId: 'bad', reason: 'Unsupported image type' },
    ]);
  });

  it('doesn’t come back when it was taken away while it was decoded', async () => {
    const seats: MixSeat[] = [];
    const art = () => artOf(images, compositor.canvas, { ...layout, backgroundImage: 'back' }, seats, []);
    art();
    images.retain(new Set());
    await new Promise(setImmediate);
    while (images.pending > 0) await new Promise(setImmediate);
    expect(art()).toEqual(NO_ART);
  });

  it('is forgotten once no layout names it', async () => {
    await arranged([], { backgroundImage: 'back', watermark });
    images.retain(new Set(['back']));
    await arranged([], { backgroundImage: 'back', watermark });
    draw({});
    expect(values(...MARK)).toEqual([WHITE]);
    expect(warnings).toMatchObject([{ imageId: 'mark' }]);
  });
});
