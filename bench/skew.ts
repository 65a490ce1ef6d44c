/**
 * How far apart picture and sound of a mix are, from its first minute to its last, while the member's camera and
 * microphone drift apart: `npm run bench -- skew [minutes]`, default an hour. Flash and beep are found in what a viewer
 * got, by the stream's timestamps; positive: sound after picture.
 */
import type { MixSpec } from '../src/media/contract';
import { Mix } from '../src/media/mixer';
import { FakeEgress } from '../test/support/fakes/fake-egress';
import { type Skew, skewsOf } from '../test/support/media/flash-beep';
import { FlvCapture } from '../test/support/media/flv-capture';
import { startTestNode } from '../test/support/media/media-node';
import { silentLogger } from '../test/support/media/silent-logger';
import { DriftingClocksMember, type Drift } from './support/drifting-clocks-member';

/** Cheap devices are off by some tens of ppm; over an hour these two part by more than half a second. */
const DRIFT: Drift = { audioPpm: 120, videoPpm: -40 };
const OUTPUT = { width: 320, height: 240, fps: 30, gop: 60, videoBitrate: 300_000, audioBitrate: 64_000 };
/** Time for the mix to find the member's clocks. */
const SETTLE_MS = 5000;
const MINUTE_MS = 60_000;

export async function run([minutes = '60']: string[]): Promise<Record<string, unknown>> {
  const capture = await record(Number(minutes) * MINUTE_MS);
  const all = await skewsOf(capture);
  const start = (all[0]?.beepMs ?? 0) + SETTLE_MS;
  const skews = all.filter(({ beepMs }) => beepMs > start);
  const end = skews.at(-1)?.beepMs ?? 0;
  const sizes = skews.map(({ ms }) => Math.abs(ms)).sort((a, b) => a - b);
  return {
    minutes: Number(minutes),
    ...DRIFT,
    marks: skews.length,
    firstMinuteMs: median(skews.filter(({ beepMs }) => beepMs < start + MINUTE_MS)),
    lastMinuteMs: median(skews.filter(({ beepMs }) => beepMs > end - MINUTE_MS)),
    p95Ms: round(sizes[Math.floor(sizes.length * 0.95)] ?? NaN),
    maxMs: round(sizes.at(-1) ?? NaN),
  };
}

/** What a viewer gets of a mix of the drifting member, ms long. */
async function record(ms: number): Promise<FlvCapture> {
  const node = await startTestNode();
  const egress = await new FakeEgress().listen();
  const mix = new Mix({ logger: silentLogger });
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
