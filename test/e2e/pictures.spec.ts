/** Background and watermark, from the host's page to viewers, whoever mixes. */
import type { ChannelView, ImageView, ListView } from '../../src/contracts';
import type { FlvProbe, Rgb } from '../support/media/flv-probe';
import { pngOf } from '../support/fixtures/pictures';
import { until } from '../support/waiting/until';
import type { Person } from './support/person';
import { probeCapture } from './support/probe-capture';
import { firstGrid, GUEST, HOST, StoryFixture } from './support/story-fixture';

const BACK: Rgb = [150, 20, 150];
const WHITE: Rgb = [255, 255, 255];
/** What the page makes a watermark with: 80 % of it over the background. */
const MARKED = BACK.map((part) => part * 0.2 + 255 * 0.8) as unknown as Rgb;
/** In the probe's 320 × 180 pixels, above the two tiles: beside the watermark, and within it. */
const BAR = { x: 20, y: 4, width: 200, height: 20 };
const MARK = { x: 264, y: 10, width: 40, height: 14 };

jest.setTimeout(180_000);

let story: StoryFixture;
afterEach(() => story.stop());

it('are uploaded and chosen on the host’s page, and seen in the server’s mix and in the page’s own', async () => {
  story = await StoryFixture.start();
  const { viewer, host, guest } = await story.coHosting();
  await viewer.play(1000);
  await host.arrange(async () => {
    await upload(host, BACK, 1);
    await host.click('picture-background');
    await upload(host, WHITE, 2);
    // The newest is the first.
    await host.click('picture-watermark');
  });
  await viewer.play(3000);
  const ofServer = seconds();

  await story.setMixingMode('client');
  await until(async () => {
    const session = await story.session();
    return session?.mixingMode === 'client' && session.mixSwitch?.state === 'done';
  }, 30_000);
  await viewer.play(3000);
  const ofPage = seconds();

  const probe = await probeCapture(viewer);
  for (const at of [ofServer, ofPage]) {
    expectSeen(probe, at - 0.5);
    expect(firstGrid(probe, [HOST, GUEST], at - 0.5)).toBeLessThan(at);
  }
  expect([...host.complaints, ...guest.complaints]).toEqual([]);

  // Who is deleted is no longer named.
  await host.click('picture-remove');
  await until(async () => (await layout()).watermark === undefined && (await images()).length === 1);

  function seconds(): number {
    return (viewer.last!.dtsMs - viewer.tags.find(({ kind }) => kind === 'video')!.dtsMs) / 1000;
  }
});

async function upload(host: Person, color: Rgb, count: number): Promise<void> {
  const buffer = pngOf({ width: 64, height: 36, at: () => [...color, 255] as const });
  await host
    .find('picture-add', ':enabled')
    .setInputFiles({ name: 'picture.png', mimeType: 'image/png', buffer });
  await host
    .find('picture')
    .nth(count - 1)
    .waitFor();
}

function expectSeen(probe: FlvProbe, at: number): void {
  const frame = Math.floor(at * probe.options.fps);
  const seen = [BAR, MARK].map((spot) => probe.color(frame, spot).map(Math.round));
  const wanted = [BACK, MARKED];
  const isRight = wanted.every((color, spot) =>
    color.every((part, c) => Math.abs(part - seen[spot]![c]!) <= 30),
  );
  expect({ at, seen }).toEqual({ at, seen: isRight ? seen : wanted });
}

async function layout(): Promise<ChannelView['layout']> {
  return (await story.session())!.layout;
}

async function images(): Promise<ImageView[]> {
  const path = `/v1/channels/${story.channelId}/images`;
  return (await story.app.api<ListView<ImageView>>('GET', path, undefined, story.hostToken)).body.items;
}
