import type { Layout, MixOutput } from '../../../src/contracts';
import { skewsOf } from '../../support/media/flash-beep';
import { pictureSizes } from '../../support/media/picture-sizes';
import {
  BLUE,
  GREEN,
  GRID,
  member,
  MixFixture,
  OUTPUT,
  PLACEHOLDER,
  RED,
  running,
  seat,
} from '../../support/fixtures/mix-fixture';
import { FakeEgress } from '../../support/fakes/fake-egress';
import { areColors, tilesOf, WatchedMix } from '../../support/media/watched-mix';

let fixture: MixFixture;
let egress: MixFixture['egress'];
let mix: MixFixture['mix'];
beforeEach(async () => {
  fixture = await MixFixture.start();
  ({ egress, mix } = fixture);
});
afterEach(() => fixture.stop());

const spec = (...args: Parameters<MixFixture['spec']>) => fixture.spec(...args);
const watch = () => fixture.watch();
const finish = () => fixture.finish();

describe('a mix', () => {
  it('has every seat in its place with its colour and tone; seats join and leave in the same push', async () => {
    await Promise.all([
      egress.join(member('host', 'red', 440)),
      egress.join(member('guest', 'blue', 1000, { codec: 'vp8' })),
      egress.join(member('third', 'green', 1600)),
    ]);
    const host = seat('host', 0);
    const guest = seat('guest', 1);
    // Without a name there is an outline, and hardly any colour, where the camera is off.
    const third = seat('third', 2, { name: '' });
    const FLOATING: Layout = { ...GRID, kind: 'floating' };
    mix.start(spec([host, guest]));
    const capture = await watch();
    await capture.play(2000);
    const atTwo = capture.last!.dtsMs;
    mix.apply(spec([host, guest, third], GRID, 2));
    await capture.play(2500);
    const atThree = capture.last!.dtsMs;
    mix.apply(spec([host, { ...third, video: false, audio: false }], FLOATING, 3));
    await capture.play(2000);
    const atEnd = capture.last!.dtsMs;
    const statistics = await finish();

    expect(fixture.reports.filter(running)).toHaveLength(1);
    expect(fixture.reports.flatMap((report) => (report.type === 'applied' ? [report.version] : []))).toEqual([
      1, 2, 3,
    ]);
    expect(fixture.reports.at(-1)).toMatchObject({ type: 'ended', code: 'stopped' });
    expect(statistics).toMatchObject({ reconnects: 0, packetsLost: 0 });
    const drawn = [tilesOf([host, guest]), tilesOf([host, guest, third]), tilesOf([host, third], FLOATING)];
    // It asks for the pictures as high as it draws them.
    expect(egress.wanted).toEqual(
      drawn.map((tiles) => Object.fromEntries(tiles.map(({ userId, height }) => [userId, height]))),
    );
    expect(capture.closedByServer).toBe(false);
    expect(capture.figures()).toMatchObject({ backwardTimestamps: 0, videoConfigs: 1, audioConfigs: 1 });
    const times = capture.tags
      .filter((tag) => tag.kind === 'video' || tag.kind === 'audio')
      .map((tag) => tag.dtsMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));

    const watched = await WatchedMix.decode(capture);
    watched.expectTiles(atTwo, [host, guest], GRID, [RED, BLUE]);
    watched.expectTiles(atThree, [host, guest, third], GRID, [RED, BLUE, GREEN]);
    watched.expectTiles(atEnd - 200, [host, third], FLOATING, [RED, PLACEHOLDER]);
    watched.expectTones(atTwo - 1000, atTwo, [440, 1000], [1600]);
    watched.expectTones(atThree - 1000, atThree, [440, 1000, 1600], [700]);
    watched.expectTones(atEnd - 1000, atEnd, [440], [1000, 1600]);
  });

  it('decodes no camera that nobody sees, whose sound is heard all the same, until it is seen', async () => {
    await Promise.all([
      egress.join(member('host', 'red', 440)),
      egress.join(member('guest', 'blue', 1000)),
      egress.join(member('third', 'green', 1600)),
    ]);
    const seats = [seat('host', 0), seat('guest', 1), seat('third', 2)];
    const whole = { x: 0, y: 0, width: 1, height: 1, fit: 'crop' } as const;
    const below = { ...whole, width: 0.5, height: 0.5 };
    // The third has no place at all.
    const rects = [
      { seat: 0, z: 2, ...whole },
      { seat: 1, z: 1, ...below },
    ];
    const asked = new Set<number>();
    egress.on('rtcp', (packet) => packet.type === 'pli' && asked.add(packet.mediaSsrc));
    mix.start(spec(seats, { ...GRID, kind: 'custom', rects }));
    const capture = await watch();
    await capture.play(2000);
    expect(asked.size).toBe(1);
    expect(egress.wanted.at(-1)).toEqual({ host: 360, guest: 0, third: 0 });
    const atOne = capture.last!.dtsMs;
    mix.apply(spec(seats, GRID, 2));
    await capture.play(2500);
    expect(asked.size).toBe(3);
    const atAll = capture.last!.dtsMs;
    await finish();
    const watched = await WatchedMix.decode(capture);
    watched.expectTiles(atOne, [seats[0]!], GRID, [RED]);
    watched.expectTones(atOne - 1000, atOne, [440, 1000, 1600], [700]);
    watched.expectTiles(atAll, seats, GRID, [RED, BLUE, GREEN]);
  });

  it('takes a camera of odd width and height, whose colours it has to convert', async () => {
    const video = 'color=blue:s=640x360:r=15,scale=427:241';
    await egress.join(member('host', 'blue', 440, { video, codec: 'vp8' }));
    const host = seat('host', 0);
    mix.start({ ...spec([host]), output: { ...OUTPUT, colour: 'bt709' } });
    const capture = await watch();
    await capture.play(2000);
    const at = capture.last!.dtsMs;
    await finish();
    expect(fixture.reports.at(-1)).toMatchObject({ type: 'ended', code: 'stopped' });
    const watched = await WatchedMix.decode(capture);
    watched.expectTiles(at, [host], GRID, [BLUE]);
  });

  it('moves to another conference in the same push; people are seen from the old one until they have come', async () => {
    const next = await new FakeEgress().listen();
    const people = [member('host', 'red', 440), member('guest', 'blue', 1000)] as const;
    await Promise.all(people.map((one) => egress.join(one)));
    const PK: Layout = { ...GRID, kind: 'side-by-side' };
    const own = [seat('host', 0, { side: 'left' }), seat('guest', 1, { side: 'left' })];
    const seats = [...own, seat('rival', 0, { side: 'right' })];
    mix.start(spec([seat('host', 0), seat('guest', 1)]));
    const capture = await watch();
    await capture.play(1500);
    await next.join(member('rival', 'green', 1600));
    const moved = { conferenceId: 'other', egress: { url: next.url, token: 'egress-token' } };
    mix.apply({ ...spec(seats, PK, 2), ...moved });
    await capture.play(1500);
    const atSplit = capture.last!.dtsMs;
    for (const one of people) {
      await next.join(one);
      await egress.leave(one.userId);
    }
    await capture.play(2000);
    const atEnd = capture.last!.dtsMs;
    await finish();
    await next.close();

    expect(fixture.reports.filter(running)).toHaveLength(1);
    expect(capture.figures()).toMatchObject({ backwardTimestamps: 0, videoConfigs: 1, audioConfigs: 1 });
    const watched = await WatchedMix.decode(capture);
    for (let at = atSplit; at < atEnd; at += 100) watched.expectTiles(at, own.slice(0, 1), PK, [RED]);
    watched.expectTiles(atSplit, seats, PK, [RED, BLUE, GREEN]);
    watched.expectTiles(atEnd - 200, seats, PK, [RED, BLUE, GREEN]);
    watched.expectTones(atSplit - 700, atSplit, [440, 1000, 1600], [700]);
    watched.expectTones(atEnd - 1000, atEnd, [440, 1000, 1600], [700]);
  });

  it('takes another size, rate and bitrate in the same push, without a hole', async () => {
    await Promise.all([egress.join(member('host', 'red', 440)), egress.join(member('guest', 'blue', 1000))]);
    const seats = [seat('host', 0), seat('guest', 1)];
    const small: MixOutput = {
      width: 320,
      height: 240,
      fps: 10,
      gop: 20,
      videoBitrate: 400_000,
      audioBitrate: 64_000,
    };
    mix.start(spec(seats));
    const capture = await watch();
    await capture.play(1500);
    const atBig = capture.last!.dtsMs;
    mix.apply({ ...spec(seats, GRID, 2), output: small });
    const { dtsMs: changedMs } = await capture.waitFor((tag) => tag.kind === 'video-config');
    await capture.play(2000);
    const atSmall = capture.last!.dtsMs;
    mix.apply({ ...spec(seats, GRID, 3), output: { ...small, gop: 10, audioBitrate: 96_000 } });
    await capture.play(1000);
    const atEnd = capture.last!.dtsMs;
    const { reconnects } = await finish();

    expect(fixture.reports.flatMap((report) => (report.type === 'applied' ? [report.version] : []))).toEqual([
      1, 2, 3,
    ]);
    expect(fixture.reports.filter(running)).toHaveLength(1);
    expect(reconnects).toBe(0);
    expect(capture.closedByServer).toBe(false);
    // New encoders with the headers that viewers have are no news to them.
    expect(pictureSizes(capture.bytes)).toEqual([
      { width: 640, height: 360, fps: 15 },
      { width: 320, height: 240, fps: 10 },
    ]);
    expect(capture.figures()).toMatchObject({ backwardTimestamps: 0, audioConfigs: 1 });
    const timesOf = (kind: 'video' | 'audio' | 'video-marker') =>
      capture.tags.filter((tag) => tag.kind === kind).map(({ dtsMs }) => dtsMs);
    expect(timesOf('video-marker')).toHaveLength(2);
    const steps = timesOf('audio').map((ms, i, all) => ms - (all[i - 1] ?? ms));
    expect(Math.max(...steps)).toBeLessThanOrEqual(65);
    const firstSmall = capture.tags.find((tag) => tag.kind === 'video' && tag.dtsMs >= changedMs)!;
    expect(firstSmall.keyframe).toBe(true);
    const [before, after] = [-1, 1].map((side) =>
      timesOf('video').filter((ms) => side * (ms - firstSmall.dtsMs) >= 0 && ms !== firstSmall.dtsMs),
    ) as [number[], number[]];
    expect(firstSmall.dtsMs - before.at(-1)!).toBeLessThanOrEqual(300);
    // Ten a second, rounded; a busy machine may leave one out.
    for (const [i, ms] of after.entries())
      expect(ms - (after[i - 1] ?? -Infinity)).toBeGreaterThanOrEqual(99);

    const watched = await WatchedMix.decode(capture);
    for (const { kind, dtsMs } of capture.tags) {
      if (kind !== 'video' || dtsMs < atBig) continue;
      // ffmpeg begins its even grid of pictures anew with another size, so near it either size may be the one shown.
      const near = Math.abs(dtsMs - firstSmall.dtsMs) < 300;
      const sizes = near ? [OUTPUT, small] : [dtsMs < firstSmall.dtsMs ? OUTPUT : small];
      const seen = sizes.map((size) => watched.tiles(dtsMs, seats, GRID, size));
      const right = seen.some((colors) => areColors(colors, [RED, BLUE]));
      expect({ dtsMs, right, seen }).toMatchObject({ right: true });
    }
    watched.expectTiles(atSmall, seats, GRID, [RED, BLUE], small);
    watched.expectTiles(atEnd - 200, seats, GRID, [RED, BLUE], small);
    watched.expectTones(atBig - 700, atBig, [440, 1000], [1600]);
    watched.expectTones(changedMs - 400, changedMs + 400, [440, 1000], [1600]);
    watched.expectTones(atEnd - 1000, atEnd, [440, 1000], [1600]);
  });

  it('goes on when an input stalls: last picture, then the placeholder, then the picture again', async () => {
    await Promise.all([egress.join(member('host', 'red', 440)), egress.join(member('guest', 'blue', 1000))]);
    const seats = [seat('host', 0), seat('guest', 1, { name: '' })];
    mix.start(spec(seats));
    const capture = await watch();
    await capture.play(1000);
    egress.stalled.add('guest');
    await capture.play(1200);
    const atHeld = capture.last!.dtsMs;
    await capture.play(2500);
    const atPlaceholder = capture.last!.dtsMs;
    egress.stalled.delete('guest');
    await capture.play(2500);
    const atEnd = capture.last!.dtsMs;
    const { framesOut, framesDropped } = await finish();

    const frames = capture.tags.filter((tag) => tag.kind === 'video');
    const spanMs = atEnd - frames[0]!.dtsMs;
    // Frames out and frames that this machine was too slow for account for all the time.
    expect(framesOut + framesDropped).toBeGreaterThanOrEqual(Math.floor((spanMs * OUTPUT.fps) / 1000));
    const watched = await WatchedMix.decode(capture);
    watched.expectTiles(atHeld, seats, GRID, [RED, BLUE]);
    watched.expectTiles(atPlaceholder, seats, GRID, [RED, PLACEHOLDER]);
    watched.expectTiles(atEnd - 200, seats, GRID, [RED, BLUE]);
    watched.expectTones(atPlaceholder - 1000, atPlaceholder, [440], [1000]);
    watched.expectTones(atEnd - 700, atEnd, [440, 1000], []);
  });

  it('recovers what is lost on the way by asking for it again', async () => {
    egress.loses = (_kind, count) => count % 20 === 7;
    await egress.join({
      userId: 'host',
      video: 'testsrc=s=320x240:r=15',
      audio: 'sine=frequency=440:sample_rate=48000,volume=3',
    });
    mix.start(spec([seat('host', 0)]));
    const capture = await watch();
    await capture.play(4000);
    const atEnd = capture.last!.dtsMs;
    const statistics = await finish();

    expect(egress.lost).toBeGreaterThan(10);
    expect(egress.resent).toBeGreaterThan(egress.lost / 2);
    expect(statistics.packetsLost).toBeLessThan(egress.lost / 2);
    const watched = await WatchedMix.decode(capture);
    watched.expectTones(atEnd - 2000, atEnd, [440], [1000]);
  });

  it('keeps lips and voice together', async () => {
    // 31 pictures of the camera are 25 and five sixths of the mix, so flashes meet its grid of pictures everywhere.
    const every = 31;
    await egress.join({
      userId: 'host',
      video: `color=black:s=320x240:r=30,drawbox=w=iw:h=ih:color=white:t=fill:enable='lt(mod(n,${every}),6)'`,
      audio: `aevalsrc='if(lt(mod(t,${every}/30),0.2),sin(2*PI*1000*t)*0.8,0)':s=48000`,
    });
    mix.start({ ...spec([seat('host', 0)]), output: { ...OUTPUT, width: 320, height: 240, fps: 25 } });
    const capture = await watch();
    await capture.play(8500);
    await finish();
    // While the mix gets to know the sender, sound and picture may still part.
    const skews = (await skewsOf(capture)).map(({ ms }) => ms).slice(1);
    expect(skews.length).toBeGreaterThanOrEqual(4);
    const A_V_SYNC_TOLERANCE_MS = 40;
    for (const skew of skews) expect(Math.abs(skew)).toBeLessThanOrEqual(A_V_SYNC_TOLERANCE_MS);
    const median = skews.sort((a, b) => a - b)[skews.length >> 1];
    expect(Math.abs(median!)).toBeLessThanOrEqual(15);
  });
});
