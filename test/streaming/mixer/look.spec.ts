/** How tiles look in what viewers get: border, round corners, initials and marks, all through the encoder. */
import type { ColourSpace, Layout } from '../../../src/contracts';
import { colourOfUser } from '../../../src/shared/initials';
import { layoutTiles, type Rect, type Tile } from '../../../src/shared/layout';
import { facePlace, markPlace, plateStyle } from '../../../src/shared/name-plate';
import { tileShape } from '../../../src/shared/tile-look';
import { member, MixFixture, OUTPUT, seat } from '../../support/fixtures/mix-fixture';
import { closeTo, type Rgb } from '../../support/media/flv-probe';
import { WatchedMix } from '../../support/media/watched-mix';

const BORDER = '#1040e0';
const LAYOUT: Layout = {
  ...{ kind: 'floating', fit: 'crop', background: '#000000' },
  ...{ border: { width: 0.03, colour: BORDER }, radius: 0.1, muteMarks: true },
};
/** Red for a second, then green for one. */
const BLINKING = `color=red:s=320x180:r=15,drawbox=color=0x00a000:t=fill:enable='lt(mod(t\\,2)\\,1)'`;
const [RED, GREEN, YELLOW]: Rgb[] = [
  [255, 0, 0],
  [0, 160, 0],
  [230, 200, 40],
];
/** Small things, next to others of quite another colour, through 4:2:0 and the encoder. */
const TOLERANCE = 40;

jest.setTimeout(60_000);

let fixture: MixFixture;
beforeEach(async () => {
  fixture = await MixFixture.start();
});
afterEach(() => fixture.stop());

const rgb = (hex: string) =>
  [1, 3, 5].map((from) => parseInt(hex.slice(from, from + 2), 16)) as unknown as Rgb;

it.each<ColourSpace>(['bt601', 'bt709'])('tiles look as the layout says, in %s', async (colour) => {
  const { egress, mix } = fixture;
  const yellow = 'color=0xe6c828:s=320x240:r=15';
  await Promise.all([
    egress.join(member('host', '', 440, { video: BLINKING })),
    egress.join(member('guest', '', 1000, { video: yellow })),
    egress.join(member('shy', 'blue', 1600)),
  ]);
  const [host, guest] = [seat('host', 0), seat('guest', 1)];
  const shy = seat('shy', 2, { name: 'Xi', video: false });
  const spec = (version: number, audible: boolean) => ({
    ...fixture.spec([host, { ...guest, audio: audible }, shy], LAYOUT, version),
    output: { ...OUTPUT, videoBitrate: 1_500_000, colour },
  });
  const moments: Record<string, number> = {};
  mix.start(spec(1, true));
  const capture = await fixture.watch();
  const until = async (name: string, ms: number) => {
    await capture.play(ms);
    moments[name] = capture.last!.dtsMs - 200;
  };
  await until('heard', 2500);
  mix.apply(spec(2, false));
  await until('silenced', 1200);
  mix.apply(spec(3, true));
  await until('heard again', 1200);
  await egress.leave('guest');
  await egress.join(member('guest', '', 0, { video: yellow, audio: null }));
  await until('without a microphone', 2000);
  await fixture.finish();
  const watched = await WatchedMix.decode(capture);

  const canvas = { width: OUTPUT.width, height: OUTPUT.height };
  const tiles = layoutTiles(LAYOUT, [host, guest, shy], canvas);
  const of = (userId: string): Tile => tiles.find((tile) => tile.userId === userId)!;
  const frameAt = (dtsMs: number) => Math.floor(watched.seconds(dtsMs) * 15);
  const at = (frame: number, x: number, y: number, size = 4): Rgb =>
    watched.probe.color(frame, { x, y, width: size, height: size }).map(Math.round) as unknown as Rgb;
  const expectColour = (frame: number, seen: Rgb, wanted: Rgb) =>
    expect({ frame, seen, close: closeTo(seen, wanted, TOLERANCE) }).toEqual({ frame, seen, close: true });

  const { x, y, width, height } = of('guest');
  const last = frameAt(moments['without a microphone']!);
  const below = new Set<string>();
  for (let frame = frameAt(moments['heard']! - 2000); frame < last; frame++) {
    // Beside the tile is the host, and in its corner too, whatever they show.
    const beside = at(frame, x - 14, y + height - 8, 8);
    below.add(
      closeTo(beside, RED!, TOLERANCE) ? 'red' : closeTo(beside, GREEN!, TOLERANCE) ? 'green' : 'between',
    );
    // The others lie over the host's border.
    expectColour(frame, at(frame, x, y + height - 4), beside);
    expectColour(frame, at(frame, x + 3, y + (height >> 1)), rgb(BORDER));
    expectColour(frame, at(frame, x + (width >> 1), y + 3), rgb(BORDER));
    expectColour(frame, at(frame, x + (width >> 1), y + (height >> 1)), YELLOW!);
  }
  expect([...below]).toEqual(expect.arrayContaining(['red', 'green']));

  const inside = (tile: Tile) => tileShape(tile, LAYOUT, canvas);
  const face = facePlace(inside(of('shy')).inner, null);
  expectColour(last, at(last, face.x + 3, face.y + (face.height >> 1) - 2), rgb(colourOfUser('shy')));

  const { inner, clearance } = inside(of('guest'));
  const mark: Rect = markPlace(inner, plateStyle(inner, { clearance, marked: true })!, []);
  const markAt = (name: string) => watched.probe.color(frameAt(moments[name]!), mark);
  const marked = ['heard', 'silenced', 'heard again', 'without a microphone'].map((name) => [
    name,
    !closeTo(markAt(name), YELLOW!, TOLERANCE),
  ]);
  expect(marked).toEqual([
    ['heard', false],
    ['silenced', true],
    ['heard again', false],
    ['without a microphone', true],
  ]);
});
