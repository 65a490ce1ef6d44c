/**
 * From the push of a picture until Chromium shows it, by HTTP-FLV (mpegts.js) and by LL-HLS (hls.js), with the
 * watch page's settings. Each picture carries its number as black and white bars; the page reads it from a canvas when
 * the picture is displayed. Page and pusher have the same clock. A number comes again only after the loop, which is
 * longer than any latency here.
 */
import { spawn } from 'node:child_process';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import type { MediaNode } from '../src/media/node';
import type { MediaUnit } from '../src/media/stream';
import { launchBrowser } from '../test/support/browser/browser';
import { ffmpegPath } from '../test/support/media/ffmpeg';
import { FlvCapture } from '../test/support/media/flv-capture';
import { startTestNode } from '../test/support/media/media-node';
import { LoopPush, unitsOfFlv } from './support/loop-push';
import { servePlayers } from '../test/support/browser/player-page';

const FPS = 25;
/** Keyframes every 2 s, as streaming encoders are mostly set. */
const GOP = 50;
const LOOP_SECONDS = 20;
const SIZE = { width: 1280, height: 720 };
/** Bars of a picture, one bit each, and two for black and white as such. */
const BARS = 12;
/** Time for the player to settle before it is measured, ms of media. */
const WARM_UP_MS = 12_000;
const MEASURE_MS = 20_000;
const PLAYERS = { '/mpegts.js': 'mpegts.js/dist/mpegts.js', '/hls.js': 'hls.js/dist/hls.light.min.js' };

/** What the page saw: number of the picture, and when it was to be displayed, ms since 1970. */
interface Shown {
  pictures: [number: number, atMs: number][];
  errors: string[];
  stalls: number;
}

export async function run(): Promise<Record<string, unknown>> {
  const units = await encode();
  const node = await startTestNode();
  const pages = await servePlayers(PAGE, PLAYERS);
  const browser = await launchBrowser();
  const pushed = new Map<number, number>();
  let push: LoopPush | null = null;
  try {
    const note = (index: number): void => void pushed.set(index, performance.timeOrigin + performance.now());
    push = await LoopPush.start(node, 'host.1', units, LOOP_SECONDS, note);
    const stage = { node, browser, pages, pushed };
    const flv = await measure(stage, 'flv');
    const hls = await measure(stage, 'm3u8');
    console.error('stalls: FLV', flv.stalls, 'LL-HLS', hls.stalls, 'pictures:', flv.count, hls.count);
    return { flvP50Ms: flv.p50, flvP95Ms: flv.p95, llHlsP50Ms: hls.p50, llHlsP95Ms: hls.p95 };
  } finally {
    push?.cut();
    await browser.close();
    pages.close();
    await node.close();
  }
}

interface Stage {
  node: MediaNode;
  browser: Browser;
  pages: Server;
  pushed: Map<number, number>;
}
interface Latency {
  p50: number;
  p95: number;
  count: number;
  stalls: number;
}

async function measure({ node, browser, pages, pushed }: Stage, format: 'flv' | 'm3u8'): Promise<Latency> {
  const media = `http://127.0.0.1:${node.httpPort}/live/room`;
  const clock = await FlvCapture.openWhenOnAir(`${media}.flv?token=play-room`);
  const page = await browser.newPage();
  try {
    const view = encodeURIComponent(`${media}.${format}?token=play-room`);
    await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/?${view}`);
    await page.waitForFunction('shown.pictures.length > 10');
    await clock.play(WARM_UP_MS);
    await page.evaluate('void (shown.pictures.length = shown.stalls = 0)');
    const latencies: number[] = [];
    // Read while the numbers still mean this loop's pictures.
    for (let left = MEASURE_MS; left > 0; left -= 5000) {
      await clock.play(5000);
      const pictures = await page.evaluate<Shown['pictures']>('shown.pictures.splice(0)');
      for (const [number, atMs] of pictures) {
        const sentAt = pushed.get(number);
        if (sentAt !== undefined) latencies.push(atMs - sentAt);
      }
    }
    const { errors, stalls } = await page.evaluate<Shown>('shown');
    if (errors.length > 0) throw new Error(`the player failed: ${errors.join('; ')}`);
    latencies.sort((a, b) => a - b);
    const at = (share: number) => Math.round(latencies[Math.floor(latencies.length * share)] ?? NaN);
    return { p50: at(0.5), p95: at(0.95), count: latencies.length, stalls };
  } finally {
    clock.stop();
    await page.close();
  }
}

/** The loop: pictures that show their number, and a tone. */
async function encode(): Promise<MediaUnit[]> {
  const { width, height } = SIZE;
  const child = spawn(
    ffmpegPath(),
    [
      ...['-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${width}x${height}`, '-r', `${FPS}`],
      ...['-i', 'pipe:0', '-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:d=${LOOP_SECONDS}`],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
      ...['-g', `${GOP}`, '-c:a', 'aac', '-ac', '2', '-f', 'flv', 'pipe:1'],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const output = child.stdout.toArray() as Promise<Buffer[]>;
  for (let number = 0; number < FPS * LOOP_SECONDS; number++) {
    const row = Buffer.alloc(width);
    for (let x = 0; x < width; x++) row[x] = isWhite(number, Math.floor((x * BARS) / width)) ? 235 : 16;
    const picture = Buffer.concat(Array.from({ length: height }, () => row));
    if (!child.stdin.write(picture)) await new Promise((resolve) => child.stdin.once('drain', resolve));
  }
  child.stdin.end();
  return unitsOfFlv(Buffer.concat(await output));
}

/** The first bar is black, the second white, then come the bits, the lowest first. */
function isWhite(number: number, bar: number): boolean {
  return bar < 2 ? bar === 1 : ((number >> (bar - 2)) & 1) === 1;
}

const PAGE = `<!doctype html><video muted autoplay width="640"></video><canvas width="${BARS}" height="1"></canvas>
<script src="/mpegts.js"></script><script src="/hls.js"></script><script>
const shown = { pictures: [], errors: [], stalls: 0 };
const video = document.querySelector('video');
const canvas = document.querySelector('canvas').getContext('2d', { willReadFrequently: true });
const url = decodeURIComponent(location.search.slice(1));
const onFrame = (now, { expectedDisplayTime }) => {
  canvas.drawImage(video, 0, 0, ${BARS}, 1);
  const bars = [...canvas.getImageData(0, 0, ${BARS}, 1).data].filter((_, i) => i % 4 === 0).map((level) => level > 127);
  const number = bars.slice(2).reduce((sum, bit, i) => sum + (bit ? 2 ** i : 0), 0);
  if (!bars[0] && bars[1]) shown.pictures.push([number, performance.timeOrigin + expectedDisplayTime]);
  video.requestVideoFrameCallback(onFrame);
};
video.requestVideoFrameCallback(onFrame);
video.addEventListener('waiting', () => shown.stalls += 1);
if (new URL(url).pathname.endsWith('.flv')) {
  const player = mpegts.createPlayer({ type: 'flv', isLive: true, url }, {
    enableStashBuffer: false, lazyLoad: false, autoCleanupSourceBuffer: true,
    liveBufferLatencyChasing: true, liveBufferLatencyMaxLatency: 1.5, liveBufferLatencyMinRemain: 0.4,
  });
  player.on(mpegts.Events.ERROR, (...error) => shown.errors.push(JSON.stringify(error)));
  player.attachMediaElement(video);
  player.load();
} else {
  const hls = new Hls({ lowLatencyMode: true, backBufferLength: 10, maxLiveSyncPlaybackRate: 1.1 });
  hls.on(Hls.Events.ERROR, (_, { fatal, details }) => fatal && shown.errors.push(details));
  hls.on(Hls.Events.LEVEL_UPDATED, () => {
    const target = hls.liveSyncPosition || 0;
    if (!video.paused && !video.seeking && target - video.currentTime > 3) video.currentTime = target;
  });
  hls.loadSource(url);
  hls.attachMedia(video);
}
video.play();
</script>`;
