/** How loud people are in a mix, and mixes of sound only. */
import {
  GRID,
  member,
  MixFixture,
  OUTPUT,
  PLACEHOLDER,
  RED,
  running,
  seat,
} from '../../support/fixtures/mix-fixture';
import type { FlvCapture } from '../../support/media/flv-capture';
import { probeFlv } from '../../support/media/flv-probe';
import { pictureSizes } from '../../support/media/picture-sizes';
import { WatchedMix } from '../../support/media/watched-mix';

let fixture: MixFixture;
let egress: MixFixture['egress'];
let mix: MixFixture['mix'];
beforeEach(async () => {
  fixture = await MixFixture.start();
  ({ egress, mix } = fixture);
});
afterEach(() => fixture.stop());

const spec = (...args: Parameters<MixFixture['spec']>) => fixture.spec(...args);
const SOUND_ONLY = { ...OUTPUT, video: false };
const kindsOf = (capture: FlvCapture) => new Set(capture.tags.map(({ kind }) => kind));
const lastMs = (capture: FlvCapture) => capture.last!.dtsMs - capture.tags.find(isMedia)!.dtsMs;
const isMedia = ({ kind }: { kind: string }) => kind !== 'script';
/** From one frame of sound to the next, ms. */
function largestStep(capture: FlvCapture): number {
  const times = capture.tags.filter(({ kind }) => kind === 'audio').map(({ dtsMs }) => dtsMs);
  return Math.max(...times.map((ms, i) => ms - (times[i - 1] ?? ms)));
}

describe('gains', () => {
  it('make each member as loud as they say, and change in the same push', async () => {
    await Promise.all([egress.join(member('host', 'red', 440)), egress.join(member('guest', 'blue', 1000))]);
    const at = (host: number, guest: number, version: number) =>
      spec([seat('host', 0, { gain: host }), seat('guest', 1, { gain: guest })], GRID, version);
    mix.start(at(1, 1, 1));
    const capture = await fixture.watch();
    const heard: number[][] = [];
    const ends: number[] = [];
    const gains = [
      [1, 1],
      [2, 0.5],
      [0.25, 0],
    ] as const;
    for (const [index, [host, guest]] of gains.entries()) {
      if (index > 0) mix.apply(at(host, guest, index + 1));
      await capture.listen(1500);
      ends.push(lastMs(capture) / 1000);
    }
    const { reconnects } = await fixture.finish();
    expect(reconnects).toBe(0);
    const probe = await probeFlv(capture.bytes);
    for (const end of ends) heard.push([440, 1000].map((hz) => probe.amplitude(hz, end - 0.9, 0.8)));
    const [plain] = heard;
    for (const [index, pair] of gains.entries()) {
      for (const [who, gain] of pair.entries()) {
        const ratio = heard[index]![who]! / plain![who]!;
        expect([index, who, Math.abs(ratio - gain) <= 0.03 + 0.1 * gain ? gain : ratio]).toEqual([
          index,
          who,
          gain,
        ]);
      }
    }
  });

  it('of 200 % are limited and not clipped', async () => {
    await egress.join(member('host', 'red', 440, { audio: 'sine=frequency=440:sample_rate=48000,volume=7' }));
    mix.start(spec([seat('host', 0, { gain: 2 })]));
    const capture = await fixture.watch();
    await capture.listen(2500);
    const end = lastMs(capture) / 1000;
    await fixture.finish();
    const probe = await probeFlv(capture.bytes);
    const [tone, third] = [440, 1320].map((hz) => probe.amplitude(hz, end - 1, 0.9)) as [number, number];
    expect(tone).toBeGreaterThan(0.85);
    // Of a clipped one it would be a sixth.
    expect(third / tone).toBeLessThan(0.03);
  });
});

describe('a mix of sound only', () => {
  it('decodes no camera, waits for none, and goes out without a video track', async () => {
    await Promise.all([egress.join(member('host', 'red', 440)), egress.join(member('guest', 'blue', 1000))]);
    // A camera that never gives a picture holds nothing up.
    egress.loses = (kind) => kind === 'video';
    // Nor does somebody from whom nothing comes.
    const seats = [seat('host', 0), seat('guest', 1), seat('muted', 2, { audio: false })];
    mix.start({ ...spec(seats), output: SOUND_ONLY, startTimeoutMs: 60_000 });
    await fixture.reported(running);
    const capture = await fixture.watch();
    await capture.listen(1500);
    const playlist = await (await fetch(fixture.playUrl('m3u8'))).text();
    const end = lastMs(capture) / 1000;
    const { framesOut, keyframeRequests } = await fixture.finish();
    expect({ framesOut, keyframeRequests }).toEqual({ framesOut: 0, keyframeRequests: 0 });
    expect(egress.wanted).toEqual([{ host: 0, guest: 0, muted: 0 }]);
    expect(kindsOf(capture)).toEqual(new Set(['script', 'audio-config', 'audio']));
    expect(largestStep(capture)).toBeLessThanOrEqual(65);
    expect(playlist).toContain('CODECS="mp4a.40.2"');
    const probe = await probeFlv(capture.bytes);
    for (const hz of [440, 1000]) expect(probe.share(hz, end - 1, 0.9)).toBeGreaterThan(0.3);
  });

  it('pushes again when the push is lost', async () => {
    await egress.join(member('host', 'red', 440));
    mix.start({ ...spec([seat('host', 0)]), output: SOUND_ONLY });
    const capture = await fixture.watch();
    await capture.listen(300);
    fixture.node.hub.disconnect('room', 'mix');
    await fixture.reported((report) => report.type === 'state' && report.state === 'retrying');
    await capture.listen(500);
    const { reconnects } = await fixture.finish();
    expect(reconnects).toBeGreaterThanOrEqual(1);
    expect(fixture.reports.filter(running)).toHaveLength(2);
    expect(capture.figures()).toMatchObject({ backwardTimestamps: 0, audioConfigs: 1 });
  });

  it('comes and goes in the same push: viewers who had pictures see black', async () => {
    await egress.join(member('host', 'red', 440));
    const host = [seat('host', 0)];
    mix.start(spec(host));
    const capture = await fixture.watch();
    await capture.play(1500);
    mix.apply({ ...spec(host, GRID, 2), output: SOUND_ONLY });
    await capture.waitFor(({ kind }) => kind === 'video-config');
    await capture.play(1500);
    mix.apply(spec(host, GRID, 3));
    await capture.waitFor(({ kind }) => kind === 'video-config');
    await capture.play(1500);
    const end = capture.last!.dtsMs;
    const { reconnects } = await fixture.finish();
    expect({ reconnects, closed: capture.closedByServer }).toEqual({ reconnects: 0, closed: false });
    expect(fixture.reports.filter(running)).toHaveLength(1);
    expect(capture.figures()).toMatchObject({ backwardTimestamps: 0, videoConfigs: 3, audioConfigs: 1 });
    expect(pictureSizes(capture.bytes).map(({ width, height }) => [width, height])).toEqual(
      Array.from({ length: 3 }, () => [640, 360]),
    );
    expect(largestStep(capture)).toBeLessThanOrEqual(100);
    expect(capture.figures().largestVideoGapMs).toBeLessThanOrEqual(300);
    const watched = await WatchedMix.decode(capture);
    expect(watched.probe.colorSequence({ red: RED, black: [0, 0, 0] })).toEqual(['red', 'black', 'red']);
    watched.expectTones(end - 1000, end, [440], []);
  });

  it('gets a camera later: viewers who had none begin anew, and see it', async () => {
    await egress.join(member('host', 'red', 440));
    mix.start({ ...spec([seat('host', 0)]), output: SOUND_ONLY });
    const capture = await fixture.watch();
    await capture.listen(500);
    mix.apply(spec([seat('host', 0)], GRID, 2));
    await capture.waitForEnd();
    expect(kindsOf(capture).has('video')).toBe(false);
    const next = await fixture.watch();
    await next.play(1000);
    const atEnd = next.last!.dtsMs;
    const { reconnects } = await fixture.finish();
    expect(reconnects).toBe(0);
    (await WatchedMix.decode(next)).expectTiles(atEnd - 200, [seat('host', 0)], GRID, [RED]);
  });
});

it('a mix without any camera begins at once with placeholders; one that comes later is seen', async () => {
  await egress.join(member('host', 'red', 440, { video: null }));
  await egress.join(member('guest', 'blue', 1000, { video: null }));
  const seats = [seat('host', 0, { name: '' }), seat('guest', 1, { name: '' })];
  mix.start({ ...spec(seats), startTimeoutMs: 60_000 });
  const capture = await fixture.watch();
  await capture.play(1000);
  const atFirst = capture.last!.dtsMs;
  await egress.leave('host');
  await egress.join(member('host', 'red', 440));
  await capture.play(1500);
  const atEnd = capture.last!.dtsMs;
  await fixture.finish();
  const watched = await WatchedMix.decode(capture);
  watched.expectTiles(atFirst, seats, GRID, [PLACEHOLDER, PLACEHOLDER]);
  watched.expectTiles(atEnd - 200, seats, GRID, [RED, PLACEHOLDER]);
});
