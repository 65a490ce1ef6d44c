/**
 * How far apart picture and sound of a mix are, from its first minute to its last, while the member's camera and
 * microphone drift apart: `npm run bench -- skew [minutes]`, default an hour. Every picture says by its number when it was
 * taken, and a beep begins at each second; both are found in what a viewer got, by the stream's timestamps. Positive:
 * sound after picture. A picture stands for the time up to the next one, at the camera as in the mix: the middles of
 * those times are compared. Opus adds 2.5 ms.
 */
import type { MixSpec } from '../src/media/contract';
import { Mix } from '../src/media/mixer';
import { FakeEgress } from '../test/support/fakes/fake-egress';
import { beepsOf } from '../test/support/media/flash-beep';
import { FlvCapture } from '../test/support/media/flv-capture';
import { startTestNode } from '../test/support/media/media-node';
import { silentLogger } from '../test/support/media/silent-logger';
import { DriftingClocksMember, type Drift, PICTURE } from './support/drifting-clocks-member';
import { NUMBERS, readNumbers } from './support/numbered-pictures';

/** Cheap devices are off by some tens of ppm; over an hour these two part by more than half a second. */
const DRIFT: Drift = { audioPpm: 120, videoPpm: -40 };
const OUTPUT = {
  ...{ width: 320, height: 240, fps: 25, gop: 50 },
  ...{ videoBitrate: 300_000, audioBitrate: 64_000 },
};
/** Time for the mix to find the member's clocks. */
const SETTLE_MS = 5000;
const MINUTE_MS = 60_000;

export async function run([minutes = '60']: string[]): Promise<Record<string, unknown>> {
  const capture = await record(Number(minutes) * MINUTE_MS);
  const all = skewsOf(
    capture.tags.filter(({ kind }) => kind === 'video').map(({ dtsMs }) => dtsMs),
    takenMs(capture),
    await beepsOf(capture),
  );
  const start = (all[0]?.beepMs ?? 0) + SETTLE_MS;
  const skews = all.filter(({ beepMs }) => beepMs > start);
  const end = skews.at(-1)?.beepMs ?? 0;
  const sizes = skews.map(({ ms }) => Math.abs(ms)).sort((a, b) => a - b);
  return {
    minutes: Number(minutes),
    ...DRIFT,
    marks: skews.length,
    medianMs: median(skews),
    firstMinuteMs: median(skews.filter(({ beepMs }) => beepMs < start + MINUTE_MS)),
    lastMinuteMs: median(skews.filter(({ beepMs }) => beepMs > end - MINUTE_MS)),
    p95Ms: round(sizes[Math.floor(sizes.length * 0.95)] ?? NaN),
    maxMs: round(sizes.at(-1) ?? NaN),
  };
}

interface Skew {
  beepMs: number;
  ms: number;
}

/** True time at which each picture of the capture was taken, ms since the camera began. */
function takenMs(capture: FlvCapture): number[] {
  const numbers = readNumbers(capture.bytes, { x: OUTPUT.width / 2, y: OUTPUT.height / 2 }, 1);
  const periodMs = 1000 / (PICTURE.fps * (1 + DRIFT.videoPpm / 1e6));
  let count = 0;
  return numbers.map((number, index) => {
    count += index === 0 ? number : (number - numbers[index - 1]! + NUMBERS) % NUMBERS;
    return count * periodMs;
  });
}

/** From the middle of the time for which a picture stands at the camera to its beginning, against the same in the mix, ms. */
const MIDDLE_MS = 500 / OUTPUT.fps - 500 / PICTURE.fps;

/** Of each beep against the pictures of the second around it. */
function skewsOf(shownMs: number[], taken: number[], beeps: number[]): Skew[] {
  return beeps.flatMap((beepMs) => {
    const from = shownMs.findIndex((ms) => ms >= beepMs - 500);
    const to = shownMs.findIndex((ms) => ms >= beepMs + 500);
    if (from < 0 || to < 0) return [];
    const delays = shownMs.slice(from, to).map((ms, index) => ms - taken[from + index]! + MIDDLE_MS);
    const delay = delays.reduce((sum, ms) => sum + ms, 0) / delays.length;
    const trueMs = beepMs - delay;
    return [{ beepMs, ms: trueMs - Math.round(trueMs / 1000) * 1000 }];
  });
}

/** What a viewer gets of a mix of the drifting member, ms long. */
async function record(ms: number): Promise<FlvCapture> {
  const node = await startTestNode();
  const egress = await new FakeEgress().listen();
  const mix = new Mix({ logger: silentLogger, load: { busy: () => 0, everyMs: 1000 } });
  try {
    await egress.add('host', new DriftingClocksMember('host', DRIFT));
    const target = `rtmp://127.0.0.1:${node.rtmpPort}/live/room?token=mix.1`;
    mix.start(specOf(egress.url, target));
    const capture = await FlvCapture.openWhenOnAir(
      `http://127.0.0.1:${node.httpPort}/live/room.flv?token=play-room`,
    );
    await capture.play(ms);
    capture.stop();
    return capture;
  } finally {
    await mix.stop();
    await egress.close();
    await node.close();
  }
}

function specOf(egressUrl: string, target: string): MixSpec {
  return {
    ...{ taskId: 'bench', conferenceId: 'bench', version: 1, target, output: OUTPUT, startTimeoutMs: 3000 },
    seats: [{ userId: 'host', name: 'Host', seat: 0, audio: true, video: true, gain: 1 }],
    layout: { kind: 'grid', fit: 'crop', background: '#000000' },
    egress: { url: egressUrl, token: 'egress-token' },
  };
}

function median(skews: Skew[]): number {
  const sorted = skews.map(({ ms }) => ms).sort((a, b) => a - b);
  return round(sorted[sorted.length >> 1] ?? NaN);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
