/** Colours over a hand-over, as Chromium displays them: from a host's own stream to the mix of a camera that shows the same. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { mixOutput } from '../../../src/co-host/mix/scene/mix-scene';
import { launchBrowser } from '../../support/browser/browser';
import { startWhipNode, WhipPage } from '../../support/browser/whip';
import { servePlayers } from '../../support/browser/player-page';
import { MixFixture, OUTPUT, seat } from '../../support/fixtures/mix-fixture';
import { ffmpegPath } from '../../support/media/ffmpeg';
import { until } from '../../support/waiting/until';

/** Of the four quarters of the picture. */
const COLOURS = [
  [0, 135, 0],
  [200, 40, 40],
  [40, 60, 190],
  [128, 128, 128],
];
/** Per channel, from before the hand-over to after it. */
const TOLERANCE = 3;
/** And from the right colour: ffmpeg's way from RGB, 4:2:0 and the encoder are in between. */
const RIGHT = 8;

/** How a stream's RGB was turned into numbers, and whether its headers say so. */
interface Encoding {
  matrix: 'bt601' | 'bt709';
  range: 'tv' | 'pc';
  says: boolean;
}
const BT601: Encoding = { matrix: 'bt601', range: 'tv', says: true };
const BT709: Encoding = { matrix: 'bt709', range: 'tv', says: true };
const BROWSER: Encoding = { ...BT601, says: false };
const FULL: Encoding = { ...BT601, range: 'pc' };

jest.setTimeout(60_000);

let folder: string;
let browser: Browser;
let fixture: MixFixture;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lianmai-colour-'));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  fixture = await MixFixture.start();
});
afterEach(() => fixture.stop());

it.each<[host: string, camera: string, Encoding, Encoding]>([
  ['BT.709, as OBS does', 'a browser', BT709, BROWSER],
  ['BT.709', 'BT.709', BT709, BT709],
  ['BT.709', 'BT.601 in full range', BT709, FULL],
  ['BT.601', 'a browser', BT601, BROWSER],
  ['BT.601', 'BT.709', BT601, BT709],
  ['BT.601 in full range', 'BT.709', FULL, BT709],
])('stay when the host sends %s and the camera is %s', async (_host, _camera, host, camera) => {
  const push = pushOf(await record(host));
  const pages = await servePlayers(PAGE, { '/mpegts.js': 'mpegts.js/dist/mpegts.js' });
  try {
    await until(() => fixture.node.hub.isOnAir('room'));
    const page = await watch((pages.address() as AddressInfo).port);
    const before = await shownColours(page);
    await mixOf(await record(camera));
    await page.waitForFunction(`shown.configs === 2 && shown.pictures > shown.atConfig + 20`);
    const after = await shownColours(page);
    await page.close();
    expect(before).toEqual(close(before, COLOURS, RIGHT));
    expect(after).toEqual(close(after, before, TOLERANCE));
  } finally {
    push.kill('SIGKILL');
    await once(push, 'exit');
    pages.close();
  }
});

it('of a canvas, as a device that mixes sends it (BT.709 in full range), are right', async () => {
  const whip = await startWhipNode();
  const pages = await servePlayers(PAGE, { '/mpegts.js': 'mpegts.js/dist/mpegts.js' });
  try {
    const publisher = await WhipPage.open(browser, whip);
    await publisher.publish(`${whip.mediaUrl}/whip/room`, ['host.1'], { quarters: COLOURS });
    await until(() => whip.node.hub.isOnAir('room'));
    const page = await watch((pages.address() as AddressInfo).port, whip.node);
    const seen = await shownColours(page);
    await Promise.all([page.close(), publisher.page.close()]);
    expect(seen).toEqual(close(seen, COLOURS, RIGHT));
  } finally {
    pages.close();
    await whip.close();
  }
});

/** What is seen where it is near enough to what is expected, which stands in its place elsewhere. */
function close(seen: number[][], expected: number[][], tolerance: number): number[][] {
  return expected.map((colour, quarter) =>
    colour.map((part, channel) => {
      const is = seen[quarter]![channel]!;
      return Math.abs(is - part) <= tolerance ? is : part;
    }),
  );
}

async function record({ matrix, range, says }: Encoding): Promise<string> {
  const file = join(folder, `${matrix}-${range}-${says}.mkv`);
  const quarters = COLOURS.map((rgb) => {
    const hex = rgb.map((part) => part.toString(16).padStart(2, '0')).join('');
    return `color=0x${hex}:s=320x180:r=15,format=rgb24`;
  });
  const picture =
    `${quarters.map((quarter, i) => `${quarter}[q${i}]`).join(';')};[q0][q1]hstack[top];[q2][q3]hstack[low];` +
    `[top][low]vstack,scale=out_color_matrix=${matrix}:out_range=${range},format=yuv420p`;
  const name = matrix === 'bt709' ? 'bt709' : 'smpte170m';
  const said = ['-colorspace', name, '-color_primaries', name, '-color_trc', name, '-color_range', range];
  await promisify(execFile)(ffmpegPath(), [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', picture, '-t', '30'],
    ...'-c:v libx264 -preset ultrafast -tune zerolatency -crf 12 -g 15'.split(' '),
    ...(says ? said : []),
    file,
  ]);
  return file;
}

function pushOf(file: string) {
  const url = `rtmp://127.0.0.1:${fixture.node.rtmpPort}/live/room?token=host.1`;
  const args = ['-v', 'error', '-re', '-i', file, '-c', 'copy', '-f', 'flv', url];
  return spawn(ffmpegPath(), args, { stdio: 'ignore' });
}

/** A camera alone, in the whole picture, with the output that the channel of this host would have. */
async function mixOf(recording: string): Promise<void> {
  await fixture.egress.join({ userId: 'guest', video: 'recorded', audio: null, recording });
  const [channel] = fixture.node.hub.snapshot();
  const spec = fixture.spec([seat('guest', 0, { audio: false })]);
  const target = spec.target.replace('mix.1', 'mix.2');
  fixture.mix.start({ ...spec, target, output: mixOutput(OUTPUT, channel!.video) });
}

async function watch(port: number, node = fixture.node): Promise<Page> {
  const page = await browser.newPage();
  const url = `http://127.0.0.1:${node.httpPort}/live/room.flv?token=play-room`;
  await page.goto(`http://127.0.0.1:${port}/?${encodeURIComponent(url)}`);
  await page.waitForFunction('shown.pictures > 10');
  return page;
}

function shownColours(page: Page): Promise<number[][]> {
  return page.evaluate<number[][]>('colours()');
}

const PAGE = `<!doctype html><video muted autoplay></video><canvas width="640" height="360"></canvas>
<script src="/mpegts.js"></script><script>
const shown = { pictures: 0, configs: 0, atConfig: 0 };
const video = document.querySelector('video');
const canvas = document.querySelector('canvas').getContext('2d', { willReadFrequently: true });
const onFrame = () => {
  shown.pictures++;
  video.requestVideoFrameCallback(onFrame);
};
video.requestVideoFrameCallback(onFrame);
function colours() {
  canvas.drawImage(video, 0, 0, 640, 360);
  return [[160, 90], [480, 90], [160, 270], [480, 270]].map(([x, y]) =>
    [...canvas.getImageData(x, y, 1, 1).data].slice(0, 3));
}
const flv = mpegts.createPlayer({ type: 'flv', isLive: true, url: decodeURIComponent(location.search.slice(1)) },
  { enableStashBuffer: false, liveBufferLatencyChasing: true });
flv.on(mpegts.Events.MEDIA_INFO, () => {
  shown.configs++;
  shown.atConfig = shown.pictures;
});
flv.attachMediaElement(video);
flv.load();
</script>`;
