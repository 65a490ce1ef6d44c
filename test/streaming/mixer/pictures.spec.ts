/** Uploaded pictures in a running mix, judged by the colours of what its viewers decode. */
import type { Layout } from '../../../src/contracts';
import type { Rgb } from '../../support/media/flv-probe';
import {
  BLUE,
  GREEN,
  member,
  MixFixture,
  OUTPUT,
  RED,
  running,
  seat,
} from '../../support/fixtures/mix-fixture';
import { pngOf } from '../../support/fixtures/pictures';
import { areColors, WatchedMix } from '../../support/media/watched-mix';

const [YELLOW, CYAN, WHITE, BLACK] = [
  [255, 255, 0],
  [0, 255, 255],
  [255, 255, 255],
  [0, 0, 0],
] as const satisfies Rgb[];
/** Of a tile without a picture. */
const GROUND: Rgb = [35, 39, 47];
const half = (one: Rgb, other: Rgb) => one.map((part, at) => (part + other[at]!) / 2) as unknown as Rgb;
const opaque = (color: Rgb) => [...color, 255] as const;

const rect = (seatNumber: number, x: number) => ({
  seat: seatNumber,
  x,
  y: 0,
  width: 0.5,
  height: 0.5,
  z: 0,
});
const PLAIN: Layout = {
  ...{ kind: 'custom', fit: 'fit', background: '#000000' },
  rects: [
    { ...rect(0, 0), fit: 'fit' },
    { ...rect(1, 0.5), fit: 'crop' },
  ],
};
/** The middle half of the width, from the middle of the tiles down: its left half is white, the other one clear. */
const watermark = { image: 'mark', x: 0.25, y: 0.25, width: 0.5, opacity: 0.5 };
const PICTURES: Layout = { ...PLAIN, backgroundImage: 'back', watermark };
const MARK = pngOf({ width: 64, height: 32, at: (x) => [255, 255, 255, x < 32 ? 255 : 0] });
const BACK = pngOf({ width: 64, height: 36, at: (x) => opaque(x < 32 ? YELLOW : CYAN) });
const FACE = pngOf({ width: 32, height: 32, at: () => opaque(GREEN) });

/** Pixels of the output: some of each thing that is to be seen. */
const spots = {
  bar: { x: 8, y: 8, width: 24, height: 64 },
  host: { x: 60, y: 8, width: 80, height: 64 },
  markedHost: { x: 170, y: 100, width: 90, height: 70 },
  avatar: { x: 460, y: 60, width: 40, height: 60 },
  besideAvatar: { x: 570, y: 8, width: 60, height: 60 },
  markedBack: { x: 170, y: 190, width: 140, height: 50 },
  clearPartOfMark: { x: 330, y: 190, width: 140, height: 50 },
  belowMark: { x: 170, y: 270, width: 140, height: 80 },
  right: { x: 490, y: 200, width: 140, height: 150 },
};
const SHOWN = [YELLOW, RED, half(RED, WHITE), GREEN, GROUND, half(YELLOW, WHITE), CYAN, YELLOW, CYAN];
const HIDDEN = [BLACK, RED, RED, GREEN, GROUND, BLACK, BLACK, BLACK, BLACK];

let fixture: MixFixture;
beforeEach(async () => {
  fixture = await MixFixture.start();
});
afterEach(() => fixture.stop());

it('are beneath, on top of and in the tiles, come and go with the layout, and may be missing', async () => {
  const { egress, mix } = fixture;
  await Promise.all([egress.join(member('host', 'red', 440)), egress.join(member('guest', 'blue', 1000))]);
  const seats = [seat('host', 0), seat('guest', 1, { video: false, avatar: 'face' })];
  mix.takeImage('back', BACK);
  mix.takeImage('mark', MARK);
  mix.takeImage('face', FACE);
  mix.start(fixture.spec(seats, PICTURES));
  const capture = await fixture.watch();
  await capture.play(2000);
  const withAll = capture.last!.dtsMs;
  mix.apply(fixture.spec(seats, PLAIN, 2));
  await capture.play(1500);
  const without = capture.last!.dtsMs;
  // Forgotten with the last version, and not handed over again.
  mix.apply(fixture.spec(seats, PICTURES, 3));
  await capture.play(1500);
  // Well before the next version: drawn anew for another size, pictures take a moment.
  const missing = capture.last!.dtsMs - 300;
  mix.takeImage('back', BACK);
  mix.takeImage('mark', MARK);
  const bt709 = { ...OUTPUT, width: 480, height: 270, colour: 'bt709' } as const;
  const shown = [seat('host', 0), seat('guest', 1, { avatar: 'face' })];
  mix.apply({ ...fixture.spec(shown, PICTURES, 4), output: bt709 });
  await capture.play(2500);
  const again = capture.last!.dtsMs;
  await fixture.finish();

  expect(fixture.reports.filter(running)).toHaveLength(1);
  expect(fixture.reports.at(-1)).toMatchObject({ type: 'ended', code: 'stopped' });
  const watched = await WatchedMix.decode(capture);
  const seen = (dtsMs: number) => {
    const frame = Math.floor(watched.seconds(dtsMs) * watched.probe.options.fps);
    const last = watched.probe.frames.length - 1;
    return Object.values(spots).map((spot) =>
      watched.probe.color(Math.min(frame, last), spot).map(Math.round),
    );
  };
  const expectSeen = (at: string, dtsMs: number, colors: readonly Rgb[]) => {
    const is = seen(dtsMs);
    expect({ at, seen: is, expected: areColors(is, [...colors]) ? is : colors }).toEqual({
      at,
      seen: is,
      expected: is,
    });
  };
  expectSeen('with all', withAll, SHOWN);
  expectSeen('without', without, HIDDEN);
  expectSeen('missing', missing, HIDDEN);
  // The guest's camera is back.
  expectSeen(
    'in another size and other colours',
    again,
    SHOWN.map((color, spot) => ([3, 4].includes(spot) ? BLUE : color)),
  );
});
