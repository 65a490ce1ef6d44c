import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import type { MediaNode } from '../../../src/media/node';
import { launchBrowser } from '../../support/browser/browser';
import { startTestNode } from '../../support/media/media-node';
import { until } from '../../support/waiting/until';
import { startPush, type FfmpegPush, type PushOptions } from '../../support/media/rtmp-pusher';

const MIX = {
  color: 'blue',
  tone: 1200,
  width: 480,
  height: 270,
  sampleRate: 48000,
  profile: 'baseline',
} as const;

/** A player that misses a keyframe shows nothing until the next, 2 s later, ms. */
const LOST_GOP_MS = 1000;
const LATENCY_MS = 2000;

jest.setTimeout(60_000);

let node: MediaNode;
let pages: Server;
let browser: Browser;
const pushes: FfmpegPush[] = [];

beforeAll(async () => {
  pages = await servePage();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  pages.close();
});
beforeEach(async () => {
  node = await startTestNode();
});
afterEach(async () => {
  await Promise.all(pushes.splice(0).map((started) => started.stop()));
  await node.close();
});

async function push(token: string, options: Partial<PushOptions> = {}): Promise<FfmpegPush> {
  const url = `rtmp://127.0.0.1:${node.rtmpPort}/live/room?token=${token}`;
  const started = await startPush({ url, color: 'red', tone: 440, ...options });
  pushes.push(started);
  await until(() => node.hub.isOnAir('room'));
  return started;
}

/** What the page has noted. Times are ms. */
interface Seen {
  errors: string[];
  fatal: string[];
  colors: string[];
  /** From one displayed picture to the next. */
  gaps: number[];
  /** Between the wall clock and the PROGRAM-DATE-TIME of what is shown. */
  latencies: number[];
}

type Player = 'mpegts.js' | 'hls.js';

async function open(player: Player): Promise<{ page: Page; seen: () => Promise<Seen> }> {
  const page = await browser.newPage();
  const format = player === 'hls.js' ? 'm3u8' : 'flv';
  const url = `http://127.0.0.1:${node.httpPort}/live/room.${format}?token=play-room`;
  await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/?${encodeURIComponent(url)}`);
  return { page, seen: () => page.evaluate<Seen>('seen') };
}

const shows = (page: Page, color: string) =>
  page.waitForFunction(`seen.colors.at(-1) === '${color}'`, undefined, { timeout: 20_000 });
const shown = async (page: Page, pictures: number) => {
  const before = await page.evaluate<number>('seen.gaps.length');
  await page.waitForFunction(`seen.gaps.length >= ${before + pictures}`, undefined, { timeout: 20_000 });
};

describe('stock hls.js', () => {
  it('plays over hand-overs with other tracks, near the live edge', async () => {
    await push('host.1', { bframes: 2, gop: 30 });
    const { page, seen } = await open('hls.js');
    await shows(page, 'red');
    await shown(page, 60);
    await page.evaluate('void (seen.gaps.length = seen.latencies.length = 0)');
    const mix = await push('mix.2', MIX);
    await shows(page, 'blue');
    await shown(page, 45);
    await mix.stop();
    await shows(page, 'red');
    await shown(page, 45);
    const { fatal, colors, gaps, latencies } = await seen();
    await page.close();
    expect(fatal).toEqual([]);
    expect(colors).toEqual(['red', 'blue', 'red']);
    expect(Math.max(...gaps)).toBeLessThan(LOST_GOP_MS);
    expect(latencies.sort((x, y) => x - y)[latencies.length >> 1]).toBeLessThan(LATENCY_MS);
  });

  it('goes on after an outage in which the viewers were held', async () => {
    const host = await push('host.1');
    const { page, seen } = await open('hls.js');
    await shows(page, 'red');
    await shown(page, 30);
    await host.kill();
    await page.waitForFunction(`seen.errors.includes('bufferStalledError')`);
    await push('host.1', { color: 'blue' });
    await shows(page, 'blue');
    await shown(page, 30);
    const { fatal } = await seen();
    await page.close();
    expect(fatal).toEqual([]);
  });
});

/** Side by side, at the same stream. */
class Players {
  private constructor(private readonly opened: Awaited<ReturnType<typeof open>>[]) {}

  static async open(): Promise<Players> {
    return new Players(await Promise.all((['mpegts.js', 'hls.js'] as const).map(open)));
  }

  async show(color: string, pictures: number): Promise<void> {
    await Promise.all(this.opened.map(({ page }) => shows(page, color)));
    await Promise.all(this.opened.map(({ page }) => shown(page, pictures)));
  }

  /** What each has noted; none had a fatal error. */
  async end(): Promise<Seen[]> {
    const all = await Promise.all(this.opened.map(({ seen }) => seen()));
    expect(all.map(({ fatal }) => fatal)).toEqual(all.map(() => []));
    await Promise.all(this.opened.map(({ page }) => page.close()));
    return all;
  }
}

describe('stock mpegts.js and hls.js play on', () => {
  it('where the sound stops, for those who come later too, and at the hand-over to one with sound', async () => {
    await push('host.1', { toneMs: 2000 });
    const players = await Players.open();
    await players.show('red', 75);
    const later = await Players.open();
    await later.show('red', 30);
    await push('mix.2', MIX);
    await Promise.all([players, later].map((each) => each.show('blue', 30)));
    await Promise.all([players, later].map((each) => each.end()));
  });

  it.each([
    ['22.05 kHz mono', { sampleRate: 22_050, extra: ['-ac', '1'] }],
    ['5.1', { extra: ['-ac', '6'] }],
  ])('where %s hands over to the sound of a mix, and back', async (_, sound) => {
    await push('host.1', sound);
    const players = await Players.open();
    await players.show('red', 15);
    const mix = await push('mix.2', MIX);
    await players.show('blue', 30);
    await mix.stop();
    await players.show('red', 30);
    await players.end();
  });

  it('where the air is a host’s again whose only keyframe was long ago', async () => {
    await push('host.1', { gop: 5000, fps: 30 });
    const players = await Players.open();
    await players.show('red', 0);
    const mix = await push('mix.2', MIX);
    await players.show('blue', 90);
    await mix.stop();
    await players.show('red', 60);
    for (const { gaps } of await players.end()) expect(Math.max(...gaps)).toBeLessThan(LOST_GOP_MS);
  });

  it('where sound alone takes over, for those who come then too, and at the hand-over back', async () => {
    await push('host.1');
    const players = await Players.open();
    await players.show('red', 30);
    const mix = await push('mix.2', { tone: 1200, sampleRate: 48000, extra: ['-vn'] });
    await players.show('other', 60);
    const later = await Players.open();
    await later.show('other', 30);
    await mix.stop();
    await Promise.all([players, later].map((each) => each.show('red', 30)));
    await later.end();
    for (const { colors, gaps } of await players.end()) {
      expect(colors).toEqual(['red', 'other', 'red']);
      expect(Math.max(...gaps)).toBeLessThan(LOST_GOP_MS);
    }
  });

  it('where one without sound takes over, and begins with one without', async () => {
    await push('host.1', { tone: null });
    const players = await Players.open();
    await players.show('red', 0);
    const mix = await push('mix.2', MIX);
    await players.show('blue', 45);
    await mix.stop();
    await players.show('red', 60);
    await players.end();
  });
});

async function servePage(): Promise<Server> {
  const scripts = new Map([
    ['/hls.js', readFileSync(require.resolve('hls.js/dist/hls.light.min.js'))],
    ['/mpegts.js', readFileSync(require.resolve('mpegts.js/dist/mpegts.js'))],
  ]);
  const server = createServer((request, response) => {
    const script = scripts.get(request.url ?? '');
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html');
    response.end(script ?? PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const PAGE = `<!doctype html><video muted autoplay width="320"></video><canvas width="1" height="1"></canvas>
<script src="/hls.js"></script><script src="/mpegts.js"></script><script>
const seen = { errors: [], fatal: [], colors: [], gaps: [], latencies: [] };
const video = document.querySelector('video');
const canvas = document.querySelector('canvas').getContext('2d', { willReadFrequently: true });
const url = decodeURIComponent(location.search.slice(1));
const hls = new Hls({ lowLatencyMode: true, backBufferLength: 10, maxLiveSyncPlaybackRate: 1.1 });
let before = 0;
const onFrame = (now) => {
  canvas.drawImage(video, 0, 0, 1, 1);
  const [red, , blue] = canvas.getImageData(0, 0, 1, 1).data;
  const color = red > 128 ? 'red' : blue > 128 ? 'blue' : 'other';
  if (color !== seen.colors.at(-1)) seen.colors.push(color);
  if (before) seen.gaps.push(now - before);
  if (hls.playingDate) seen.latencies.push(Date.now() - hls.playingDate.getTime());
  before = now;
  video.requestVideoFrameCallback(onFrame);
};
video.requestVideoFrameCallback(onFrame);
hls.on(Hls.Events.ERROR, (_, { fatal, details }) => seen[fatal ? 'fatal' : 'errors'].push(details));
if (url.includes('.m3u8')) {
  hls.loadSource(url);
  hls.attachMedia(video);
} else {
  const flv = mpegts.createPlayer({ type: 'flv', isLive: true, url }, { enableStashBuffer: false, liveBufferLatencyChasing: true });
  for (const event of [mpegts.Events.ERROR, mpegts.Events.LOADING_COMPLETE])
    flv.on(event, (...details) => seen.fatal.push(event + ' ' + details.join()));
  flv.attachMediaElement(video);
  flv.load();
}
</script>`;
