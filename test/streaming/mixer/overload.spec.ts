/** What a mix does without while its machine is too busy, and that viewers go on watching meanwhile. */
import type { MixRelief } from '../../../src/contracts';
import type { MixReport } from '../../../src/media/contract';
import { BLUE, GRID, member, MixFixture, RED, seat } from '../../support/fixtures/mix-fixture';
import type { CapturedTag } from '../../support/media/flv-capture';
import { WatchedMix } from '../../support/media/watched-mix';

jest.setTimeout(60_000);

let fixture: MixFixture;
beforeEach(async () => {
  fixture = await MixFixture.start();
});
afterEach(() => fixture.stop());

const taken = (steps: MixRelief[]) => (report: MixReport) =>
  report.type === 'relief' && report.taken.join() === steps.join();
const ofVideo = ({ kind }: CapturedTag) => kind === 'video';

it('takes a faster preset, then half the pictures, then smaller ones, and gives all of it back', async () => {
  const { egress, mix } = fixture;
  await Promise.all([egress.join(member('host', 'red', 440)), egress.join(member('guest', 'blue', 1000))]);
  const seats = [seat('host', 0), seat('guest', 1)];
  mix.start(fixture.spec(seats));
  const capture = await fixture.watch();
  await capture.play(1000);
  const heights = egress.wanted.at(-1)!;

  fixture.busy = 0.99;
  await fixture.reported(taken(['preset', 'frame-rate', 'inputs']));
  fixture.busy = 0.8;
  const from = capture.tags.length;
  await capture.play(5000);
  const halved = capture.tags.slice(from).filter(ofVideo);
  expect(egress.wanted.at(-1)).toEqual({ host: heights.host! / 2, guest: heights.guest! / 2 });
  fixture.busy = 0.2;
  await fixture.reported(taken([]));
  expect(egress.wanted.at(-1)).toEqual(heights);
  const again = capture.tags.length;
  await capture.play(2000);
  const whole = capture.tags.slice(again).filter(ofVideo);
  const atEnd = capture.last!.dtsMs;
  const statistics = await fixture.finish();

  const stepOf = (tags: CapturedTag[]) => Math.round(steps(tags).sort((a, b) => a - b)[tags.length >> 1]!);
  expect([stepOf(halved), stepOf(whole)]).toEqual([133, 67]);
  // Keyframes stay as far apart, in time.
  const keyframes = capture.tags.filter((tag) => ofVideo(tag) && tag.keyframe);
  expect(Math.max(...steps(keyframes))).toBeLessThanOrEqual(2000 + 67);
  // The other preset's headers are the same: nobody is told of anything.
  expect(capture.figures()).toMatchObject({ backwardTimestamps: 0, videoConfigs: 1, audioConfigs: 1 });
  expect(capture.figures().largestVideoGapMs).toBeLessThanOrEqual(134);
  expect(statistics).toMatchObject({ framesDropped: 0, reconnects: 0 });
  const watched = await WatchedMix.decode(capture);
  watched.expectTiles(halved.at(-1)!.dtsMs, seats, GRID, [RED, BLUE]);
  watched.expectTiles(atEnd - 200, seats, GRID, [RED, BLUE]);
  watched.expectTones(halved[0]!.dtsMs, atEnd - 500, [440, 1000], [700]);
});

/** From one tag to the next, ms. */
function steps(tags: CapturedTag[]): number[] {
  return tags.slice(1).map(({ dtsMs }, index) => dtsMs - tags[index]!.dtsMs);
}
