/** What is drawn step by step is what would be drawn at once: with every look, layout and picture at the same time. */
import { seededRandom } from '../../../../test/support/property/seeded-random';
import type { ColourSpace, Layout } from '../../../contracts';
import { layoutTiles, type Tile } from '../../../shared/layout';
import { pictureKey } from '../../../shared/picture-key';
import { Picture } from '../../ffmpeg/picture';
import { sceneryOf } from '../mix-picture';
import type { Art } from './art';
import { avatarPlace } from './avatar';
import { Compositor, type Scenery, type TilePicture } from './compositor';
import { seenTiles } from './seen';
import { type Overlay, toOverlay, toPlanes } from './yuv';

const SCENES = 12;
const STEPS = 6;
const USERS = [...'abcdefgh'];
const NAMES = ['', 'Ann', '王小明', 'Bob of a Long Name'];
const KINDS: Layout['kind'][] = ['grid', 'floating', 'side-by-side', 'speaker', 'screen', 'custom', 'custom'];
const SIZES = [[160, 120], [320, 180], [90, 160], [162, 98]] as const; // prettier-ignore
const BORDERS = [0, 0.01, 0.05].map((width) => ({ width, colour: '#ff0000' }));

type Arranged = [tiles: Tile[], background: string, scenery: Scenery, art: Art];

let random: () => number;
const int = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
const even = (from: number, to: number) => int(from / 2, Math.floor(to / 2)) * 2;
const pick = <T>(values: readonly T[]): T => values[int(0, values.length - 1)]!;
const bytes = (count: number) => Uint8ClampedArray.from({ length: count }, () => int(0, 255));

let pictures: Picture[];
beforeAll(() => {
  random = seededRandom(1);
  pictures = SIZES.map(([width, height]) => {
    const picture = new Picture(width, height);
    for (const plane of picture.planes) plane.set(bytes(plane.length));
    return picture;
  });
});
afterAll(() => {
  for (const picture of pictures) picture.close();
});

it.each(Array.from({ length: SCENES }, (_, seed) => seed))('scene %i', (seed) => {
  random = seededRandom(seed);
  const output = {
    width: even(160, 220),
    height: even(160, 220),
    colour: pick<ColourSpace>(['bt601', 'bt709']),
  };
  const shown = new Map<string, TilePicture>();
  const muted = new Set<string>();
  const draw = (compositor: Compositor) =>
    compositor.draw(
      (userId, source) => shown.get(pictureKey({ userId, source })) ?? null,
      (userId) => muted.has(userId),
    );
  const compositor = new Compositor(output);
  let arranged = anything(output);
  compositor.arrange(...arranged);
  for (let step = 0; step < STEPS; step++) {
    for (const userId of USERS) {
      for (const source of ['camera', 'screen'] as const) change(shown, pictureKey({ userId, source }));
      if (random() < 0.15 && !muted.delete(userId)) muted.add(userId);
    }
    if (random() < 0.3) compositor.arrange(...(arranged = anything(output)));
    draw(compositor);
    const anew = new Compositor(output);
    anew.arrange(...arranged);
    draw(anew);
    expect({ step, differs: difference(compositor, anew) }).toEqual({ step, differs: null });
    anew.close();
  }
  compositor.close();
});

let serial = 0;
function change(shown: Map<string, TilePicture>, key: string): void {
  const luck = random();
  if (luck < 0.1) shown.delete(key);
  else if (luck < 0.4) shown.set(key, { picture: pick(pictures), serial: ++serial });
}

type Output = ConstructorParameters<typeof Compositor>[0] & { colour: ColourSpace };

function anything(output: Output): Arranged {
  const seats = USERS.slice(0, int(1, USERS.length)).map((userId, seat) => ({
    ...{ userId, seat, name: pick(NAMES), screen: random() < 0.3 },
  }));
  const layout: Layout = {
    ...{ kind: pick(KINDS), fit: pick(['crop', 'fit']), background: '#3060c0', names: random() < 0.5 },
    ...{ border: pick(BORDERS), radius: pick([0, 0.02, 0.1, 0.5]), muteMarks: random() < 0.5 },
    rects: USERS.map((_, seat) => {
      const [x, y] = [random() * 0.9, random() * 0.9];
      const [width, height] = [0.01 + random() * (0.99 - x), 0.01 + random() * (0.99 - y)];
      return { seat, source: pick([undefined, 'camera', 'screen']), x, y, width, height, z: 0, fit: 'fit' };
    }),
  };
  const tiles = seenTiles(layoutTiles(layout, seats, output), layout, output);
  return [tiles, layout.background, sceneryOf(layout, seats), artFor(tiles, output)];
}

function artFor(tiles: Tile[], output: Output): Art {
  const avatars = tiles.flatMap((tile): [string, Overlay][] => {
    const place = avatarPlace(tile);
    return place && random() < 0.5 ? [[pictureKey(tile), overlay(place.size, place.size, output)]] : [];
  });
  const [width, height] = [even(2, output.width), even(2, output.height)];
  const [x, y] = [even(0, output.width - width), even(0, output.height - height)];
  const { colour } = output;
  return {
    backdrop: pick([null, toPlanes(bytes(output.width * output.height * 4), output, colour)]),
    watermark: pick([null, { overlay: overlay(width, height, output), x, y }]),
    avatars: new Map(avatars),
  };
}

function overlay(width: number, height: number, { colour }: Output): Overlay {
  return toOverlay(bytes(width * height * 4), { width, height }, colour, random());
}

/** Where the first row is that isn't the same; null: there is none. */
function difference({ canvas: one }: Compositor, { canvas: other }: Compositor): object | null {
  for (const [plane, samples] of one.planes.entries()) {
    const [stride, shift] = [one.strides[plane]!, plane === 0 ? 0 : 1];
    for (let y = 0; y < one.height >> shift; y++) {
      const [from, to] = [y * stride, y * stride + (one.width >> shift)];
      if (!samples.subarray(from, to).equals(other.planes[plane]!.subarray(from, to))) return { plane, y };
    }
  }
  return null;
}
