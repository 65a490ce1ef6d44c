/** A shared screen in a mix: judged by the colours in the tiles, before, while and after it is shared. */
import type { Layout } from '../../../src/contracts';
import type { FakeEgress } from '../../support/fakes/fake-egress';
import { BLUE, GREEN, GRID, member, MixFixture, RED, seat } from '../../support/fixtures/mix-fixture';
import type { FlvCapture } from '../../support/media/flv-capture';
import type { Rgb } from '../../support/media/flv-probe';
import { WatchedMix } from '../../support/media/watched-mix';

const YELLOW: Rgb = [255, 255, 0];
const SCREEN: Layout = { ...GRID, kind: 'screen' };
const host = seat('host', 0);
const guest = seat('guest', 1);
const SHARED = 'color=yellow:s=640x360:r=15';

let fixture: MixFixture;
let egress: FakeEgress;
beforeEach(async () => {
  fixture = await MixFixture.start();
  ({ egress } = fixture);
  // Without a sound the guest is never the loudest.
  const quiet = member('guest', 'blue', 1000, { audio: null });
  await Promise.all([egress.join(member('host', 'red', 440)), egress.join(quiet)]);
});
afterEach(() => fixture.stop());

/** Once the mixer has said that it draws a picture that high; DTS of the mix then. */
async function drawn(capture: FlvCapture, picture: string, height: number): Promise<number> {
  for (;;) {
    await capture.play(100);
    if ((egress.wanted.at(-1)?.[picture] ?? 0) === height) break;
  }
  await capture.play(1500);
  return capture.last!.dtsMs;
}

it('is large beside the cameras while it is shared, and stays when nothing moves on it', async () => {
  fixture.mix.start(fixture.spec([host, guest], SCREEN));
  const capture = await fixture.watch();
  await capture.play(1500);
  const before = capture.last!.dtsMs;
  await egress.share('guest', SHARED);
  const during = await drawn(capture, 'screen guest', 360);
  // For longer than a camera may stand still.
  egress.stalled.add('guest');
  await capture.play(3000);
  const still = capture.last!.dtsMs;
  egress.stalled.delete('guest');
  await capture.play(1000);
  await egress.unshare('guest');
  const after = await drawn(capture, 'screen guest', 0);
  await fixture.finish();

  const watched = await WatchedMix.decode(capture);
  const sharing = [host, { ...guest, screen: true }];
  watched.expectTiles(before, [host, guest], SCREEN, [RED, BLUE]);
  watched.expectTiles(during, sharing, SCREEN, [YELLOW, RED, BLUE]);
  expect(watched.tiles(still, sharing, SCREEN)[0]).toEqual(watched.tiles(during, sharing, SCREEN)[0]);
  watched.expectTiles(after, [host, guest], SCREEN, [RED, BLUE]);
  expect(capture.figures()).toMatchObject({ backwardTimestamps: 0, videoConfigs: 1 });
  // The mix says which picture is where.
  const said = capture.bytes.toString('latin1').match(/"userId":"guest","source":"\w+"/g);
  expect([...new Set(said)].sort()).toEqual([
    '"userId":"guest","source":"camera"',
    '"userId":"guest","source":"screen"',
  ]);
});

it('takes the place of its member’s camera in a grid, without a placeholder in between', async () => {
  fixture.mix.start(fixture.spec([host, guest], GRID));
  const capture = await fixture.watch();
  await capture.play(1500);
  const before = capture.last!.dtsMs;
  await egress.share('guest', 'color=green:s=640x360:r=15');
  const during = await drawn(capture, 'screen guest', 240);
  // The camera isn't seen any more.
  expect(egress.wanted.at(-1)).toEqual({ host: 240, guest: 0, 'screen guest': 240 });
  await fixture.finish();

  const watched = await WatchedMix.decode(capture);
  const sharing = [host, { ...guest, screen: true }];
  watched.expectTiles(before, [host, guest], GRID, [RED, BLUE]);
  watched.expectTiles(during, sharing, GRID, [RED, GREEN]);
  for (let at = before; at < during; at += 1000 / 15) {
    const [, shown] = watched.tiles(at, sharing, GRID);
    expect(shown![0]).toBeLessThan(25);
  }
});
