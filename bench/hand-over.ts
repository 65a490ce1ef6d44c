/**
 * The largest gap between displayed pictures over four hand-overs, in Chromium with stock mpegts.js: host -> mix (a
 * newer epoch), mix -> host and host -> mix (promotions while both push), mix -> host (the mix is cut off).
 */
import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import type { MediaUnit } from '../src/media/stream';
import { launchBrowser } from '../test/support/browser/browser';
import { ffmpegPath } from '../test/support/media/ffmpeg';
import { FlvCapture } from '../test/support/media/flv-capture';
import { startTestNode } from '../test/support/media/media-node';
import { LoopPush, unitsOfFlv } from './support/loop-push';
import { servePlayers } from '../test/support/browser/player-page';

const SECONDS = 4;
/** Between two hand-overs, ms of media. */
const BETWEEN_MS = 4000;
/** Without a hand-over, for comparison: the gaps that any stream has on this machine. ms of media. */
const STEADY_MS = 8000;
/** Start of playing, left out of the figures, ms of media. */
const WARM_UP_MS = 4000;

interface Media {
  size: string;
  fps: number;
  profile: string;
  sampleRate: number;
}
const HOST: Media = { size: '1280x720', fps: 25, profile: 'high', sampleRate: 44100 };
const MIX: Media = { size: '960x540', fps: 25, profile: 'baseline', sampleRate: 48000 };

/** What the page has measured: times of displayed pictures (ms) and what its player complained of. */
interface Shown {
  times: number[];
  errors: string[];
  ended: number;
}

export async function run(): Promise<Record<string, unknown>> {
  const [hostUnits, mixUnits] = [await encode(HOST), await encode(MIX)];
  const node = await startTestNode();
  const pages = await servePlayers(PAGE, { '/mpegts.js': 'mpegts.js/dist/mpegts.js' });
  const browser = await launchBrowser();
  const pushes: LoopPush[] = [];
  try {
    pushes.push(await LoopPush.start(node, 'host.1', hostUnits, SECONDS));
    const viewUrl = `http://127.0.0.1:${node.httpPort}/live/room.flv?token=play-room`;
    const viewer = await FlvCapture.openWhenOnAir(viewUrl);
    const page = await browser.newPage();
    const address = pages.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${address.port}/?${encodeURIComponent(viewUrl)}`);
    await page.waitForFunction('shown.times.length > 10');
    await viewer.play(WARM_UP_MS);
    const steadyFrom = await pageNow(page);
    await viewer.play(STEADY_MS);
    const from = await pageNow(page);
    await handOver(
      viewer,
      async () => void pushes.push(await LoopPush.start(node, 'mix.2', mixUnits, SECONDS)),
    );
    await handOver(viewer, () => node.hub.promote('room', 'host', 3));
    await handOver(viewer, () => node.hub.promote('room', 'mix', 4));
    await handOver(viewer, () => pushes[1]?.cut());
    return await figures(page, viewer, steadyFrom, from);
  } finally {
    for (const push of pushes) push.cut();
    await browser.close();
    pages.close();
    await node.close();
  }
}

async function handOver(viewer: FlvCapture, act: () => unknown): Promise<void> {
  const switched = viewer.waitFor((tag) => tag.kind === 'video-config');
  await act();
  await switched;
  await viewer.play(BETWEEN_MS);
}

async function figures(
  page: Page,
  viewer: FlvCapture,
  steadyFrom: number,
  from: number,
): Promise<Record<string, unknown>> {
  const shown = await page.evaluate<Shown>('shown');
  const { backwardTimestamps, largestVideoGapMs, videoConfigs } = viewer.figures();
  const gaps = gapsBetween(shown.times, from, Infinity);
  const disconnects = shown.ended + (viewer.closedByServer ? 1 : 0);
  viewer.stop();
  if (shown.errors.length > 0) throw new Error(`the player failed: ${shown.errors.join('; ')}`);
  console.error(
    'largest gaps, ms:',
    gaps
      .sort((a, b) => b - a)
      .slice(0, 8)
      .map(Math.round)
      .join(' '),
  );
  return {
    largestGapMs: Math.round(gaps[0] ?? 0),
    steadyGapMs: Math.round(gapsBetween(shown.times, steadyFrom, from)[0] ?? 0),
    disconnects,
    backwardTimestamps,
    handOvers: videoConfigs - 1,
    largestTimestampGapMs: Math.round(largestVideoGapMs),
    pictures: gaps.length,
  };
}

/** Gaps that ended in a span of time, ms, the largest first. */
function gapsBetween(times: number[], from: number, to: number): number[] {
  const gaps = times.map((time, i) => (time < from || time >= to ? -1 : time - (times[i - 1] ?? time)));
  return gaps.filter((gap) => gap >= 0).sort((a, b) => b - a);
}

function pageNow(page: Page): Promise<number> {
  return page.evaluate<number>('performance.now()');
}

/** A few seconds of moving test picture and tone. */
async function encode({ size, fps, profile, sampleRate }: Media): Promise<MediaUnit[]> {
  const args = [
    ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc=s=${size}:r=${fps}:d=${SECONDS}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=${sampleRate}:d=${SECONDS}`],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-profile:v',
      profile,
      '-pix_fmt',
      'yuv420p',
      '-g',
      `${fps}`,
    ],
    ...['-c:a', 'aac', '-ac', '2', '-f', 'flv', 'pipe:1'],
  ];
  const { stdout } = await promisify(execFile)(ffmpegPath(), args, {
    encoding: 'buffer',
    maxBuffer: 64 << 20,
  });
  return unitsOfFlv(stdout);
}

const PAGE = `<!doctype html><video muted autoplay width="640"></video><script src="/mpegts.js"></script><script>
const shown = { times: [], errors: [], ended: 0 };
const video = document.querySelector('video');
const player = mpegts.createPlayer({ type: 'flv', isLive: true, url: decodeURIComponent(location.search.slice(1)) });
player.on(mpegts.Events.ERROR, (...error) => shown.errors.push(JSON.stringify(error)));
player.on(mpegts.Events.LOADING_COMPLETE, () => shown.ended += 1);
video.addEventListener('error', () => shown.errors.push(video.error.message));
const onFrame = (now) => { shown.times.push(now); video.requestVideoFrameCallback(onFrame); };
video.requestVideoFrameCallback(onFrame);
player.attachMediaElement(video);
player.load();
player.play();
</script>`;
