import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Layout, MixOutput } from '../../src/contracts';
import type { MixReport, MixSeat, MixSpec, MixStatistics } from '../../src/media/contract';
import { type CanvasSize, layoutTiles, Mix, type Tile } from '../../src/media/mixer';
import type { MediaNode } from '../../src/media/node';
import { FakeEgress, type FakeMemberOptions } from '../support/fake-egress';
import { FlvCapture } from '../support/flv-capture';
import { skewsOf } from '../support/flash-beep';
import { closeTo, probeFlv, type FlvProbe, type Rect, type Rgb } from '../support/flv-probe';
import { silentLogger, startTestNode } from '../support/media-node';
import { pictureSizes } from '../support/picture-sizes';

const OUTPUT: MixOutput = {
  width: 640,
  height: 360,
  fps: 15,
  gop: 30,
  videoBitrate: 800_000,
  audioBitrate: 96_000,
};
const GRID: Layout = { kind: 'grid', fit: 'crop', background: '#000000' };
const RED: Rgb = [255, 0, 0];
const BLUE: Rgb = [0, 0, 255];
const GREEN: Rgb = [0, 128, 0];
const PLACEHOLDER: Rgb = [40, 44, 54];
const TOLERANCE = 25;
/** Of FFmpeg, about a lone end of sequence. */
const MARK_COMPLAINT = /^.*missing picture in access unit with size 5\n( +Last message repeated .*\n)?/gm;
const member = (userId: string, color: string, hz: number, more: Partial<FakeMemberOptions> = {}) => ({
  userId,
  video: `color=${color}:s=320x240:r=15`,
  audio: `sine=frequency=${hz}:sample_rate=48000,volume=3`,
  ...more,
});
const seat = (userId: string, index: number, more: Partial<MixSeat> = {}): MixSeat => ({
  userId,
  name: userId,
  seat: index,
  audio: true,
  video: true,
  ...more,
});

let node: MediaNode;
let egress: FakeEgress;
let mix: Mix;
let reports: MixReport[];
let viewer: FlvCapture | null;

function spec(seats: MixSeat[], layout = GRID, version = 1): MixSpec {
  return {
    taskId: 'task',
    conferenceId: 'conference',
    version,
    seats,
    layout,
    output: OUTPUT,
    egress: { url: egress.url, token: 'egress-token' },
    target: `rtmp://127.0.0.1:${node.rtmpPort}/live/room?token=mix.1`,
    startTimeoutMs: 3000,
  };
}

function reported(predicate: (report: MixReport) => boolean): Promise<MixReport> {
  const known = reports.find(predicate);
  if (known) return Promise.resolve(known);
  return new Promise((resolve) => {
    const listener = (report: MixReport) => {
      if (!predicate(report)) return;
      mix.off('report', listener);
      resolve(report);
    };
    mix.on('report', listener);
  });
}
const running = (report: MixReport) => report.type === 'state' && report.state === 'running';

async function watch(): Promise<FlvCapture> {
  viewer = await FlvCapture.openWhenOnAir(`http://127.0.0.1:${node.httpPort}/live/room.flv?token=play-room`);
  return viewer;
}

/** The last statistics of the mix, after its end. */
async function finish(): Promise<MixStatistics> {
  viewer?.stop();
  await mix.stop();
  const last = reports.filter((report) => report.type === 'statistics').at(-1)!;
  return last.statistics;
}

const PROBE = { width: 640, height: 360, fps: 15 };
/** The middle of a tile. */
const inside = (tile: Tile): Rect => ({
  x: tile.x + (tile.width >> 2),
  y: tile.y + (tile.height >> 2),
  width: tile.width >> 1,
  height: tile.height >> 1,
});
/** Tiles of a canvas, in the pixels of the probe. */
function tilesOf(seats: MixSeat[], layout = GRID, canvas: CanvasSize = OUTPUT): Tile[] {
  const [across, down] = [PROBE.width / canvas.width, PROBE.height / canvas.height];
  return layoutTiles(layout, seats, canvas).map((tile) => ({
    ...tile,
    x: Math.round(tile.x * across),
    y: Math.round(tile.y * down),
    width: Math.round(tile.width * across),
    height: Math.round(tile.height * down),
  }));
}
function areColors(seen: number[][], colors: Rgb[]): boolean {
  return (
    colors.length === seen.length &&
    colors.every((color, i) => closeTo(seen[i] as unknown as Rgb, color, TOLERANCE))
  );
}
beforeEach(async () => {
  node = await startTestNode();
  egress = await new FakeEgress().listen();
  mix = new Mix({ logger: silentLogger });
  reports = [];
  viewer = null;
  mix.on('report', (report) => reports.push(report));
});
afterEach(async () => {
  viewer?.stop();
  await mix.stop();
  await egress.close();
  await node.close();
});

/** The picture at a DTS, as colours in the middle of each tile. */
class Watched {
  private constructor(
    readonly capture: FlvCapture,
    readonly probe: FlvProbe,
  ) {}

  static async decode(capture: FlvCapture): Promise<Watched> {
    const probe = await probeFlv(capture.bytes, PROBE);
    // Nor is there a picture in the marks that the hub puts before other headers.
    expect(probe.complaints.replace(MARK_COMPLAINT, '')).toBe('');
    return new Watched(capture, probe);
  }

  /** Seconds in the decoded capture of a DTS. */
  seconds(dtsMs: number): number {
    return (dtsMs - this.capture.tags.find((tag) => tag.kind === 'video')!.dtsMs) / 1000;
  }

  expectTiles(dtsMs: number, seats: MixSeat[], layout: Layout, colors: Rgb[], canvas?: CanvasSize): void {
    const seen = this.tiles(dtsMs, seats, layout, canvas);
    const right = areColors(seen, colors);
    expect({ at: dtsMs, seen, expected: right ? seen : colors }).toEqual({ at: dtsMs, seen, expected: seen });
  }

  tiles(dtsMs: number, seats: MixSeat[], layout: Layout, canvas?: CanvasSize): number[][] {
    const frame = Math.min(Math.floor(this.seconds(dtsMs) * PROBE.fps), this.probe.frames.length - 1);
    const tiles = tilesOf(seats, layout, canvas);
    return tiles.map((tile) => this.probe.color(frame, inside(tile)).map(Math.round));
  }

  /** Shares of tones, as the mean over windows so short that a corrected clock doesn't matter. */
  expectTones(fromMs: number, toMs: number, present: number[], absent: number[]): void {
    const windows = Math.floor((toMs - fromMs) / 40);
    const share = (hz: number) => {
      const at = (i: number) => this.probe.tone(hz, this.seconds(fromMs) + i / 25, 0.04);
      return Array.from({ length: windows }, (_, i) => at(i)).reduce((sum, x) => sum + x, 0) / windows;
    };
    const heard = Object.fromEntries([...present, ...absent].map((hz) => [hz, share(hz)]));
    const right =
      present.every((hz) => heard[hz]! > 0.4 / present.length) && absent.every((hz) => heard[hz]! < 0.05);
    if (!right) throw new Error(`expected ${present.join(', ')} Hz, heard ${JSON.stringify(heard)}`);
  }
}

describe('a mix', () => {
  it('has every seat in his place with his colour and tone; seats join and leave in the same push', async () => {
    await Promise.all([
      egress.join(member('host', 'red', 440)),
      egress.join(member('guest', 'blue', 1000, { codec: 'vp8' })),
      egress.join(member('third', 'green', 1600)),
    ]);
    const host = seat('host', 0);
    const guest = seat('guest', 1);
    const third = seat('third', 2);
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

    expect(reports.filter(running)).toHaveLength(1);
    expect(reports.flatMap((report) => (report.type === 'applied' ? [report.version] : []))).toEqual([
      1, 2, 3,
    ]);
    expect(reports.at(-1)).toMatchObject({ type: 'ended', code: 'stopped' });
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

    const watched = await Watched.decode(capture);
    watched.expectTiles(atTwo, [host, guest], GRID, [RED, BLUE]);
    watched.expectTiles(atThree, [host, guest, third], GRID, [RED, BLUE, GREEN]);
    watched.expectTiles(atEnd - 200, [host, third], FLOATING, [RED, PLACEHOLDER]);
    watched.expectTones(atTwo - 1000, atTwo, [440, 1000], [1600]);
    watched.expectTones(atThree - 1000, atThree, [440, 1000, 1600], [700]);
    watched.expectTones(atEnd - 1000, atEnd, [440], [1000, 1600]);
  });

  it('moves to another conference in the same push; people are shown from the old one until they have come', async () => {
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

    expect(reports.filter(running)).toHaveLength(1);
    expect(capture.figures()).toMatchObject({ backwardTimestamps: 0, videoConfigs: 1, audioConfigs: 1 });
    const watched = await Watched.decode(capture);
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

    expect(reports.flatMap((report) => (report.type === 'applied' ? [report.version] : []))).toEqual([
      1, 2, 3,
    ]);
    expect(reports.filter(running)).toHaveLength(1);
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

    const watched = await Watched.decode(capture);
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
    const seats = [seat('host', 0), seat('guest', 1)];
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
    const watched = await Watched.decode(capture);
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
    const watched = await Watched.decode(capture);
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

describe('connections of a mix', () => {
  const host = [seat('host', 0)];

  it('pushes again when the push is lost, with timestamps that go on', async () => {
    await egress.join(member('host', 'red', 440));
    mix.start(spec(host));
    const capture = await watch();
    await capture.play(700);
    const lost = reported((report) => report.type === 'state' && report.state === 'retrying');
    node.hub.disconnect('room', 'mix');
    await lost;
    await capture.play(1000);
    const { reconnects } = await finish();
    expect(reconnects).toBeGreaterThanOrEqual(1);
    expect(reports.filter(running)).toHaveLength(2);
    expect(capture.closedByServer).toBe(false);
    expect(capture.figures().backwardTimestamps).toBe(0);
  });

  it('ends when the live system refuses it', async () => {
    await egress.join(member('host', 'red', 440));
    mix.start({ ...spec(host), target: `rtmp://127.0.0.1:${node.rtmpPort}/live/room?token=wrong` });
    await reported((report) => report.type === 'ended' && report.code === 'refused');
  });

  it('subscribes again when the egress is cut, and the picture comes back', async () => {
    await egress.join(member('host', 'red', 440));
    mix.start(spec(host));
    const capture = await watch();
    await capture.play(500);
    const again = once(egress, 'subscribed');
    egress.dropConnection();
    await again;
    await capture.play(3500);
    const atEnd = capture.last!.dtsMs;
    await finish();
    expect(egress.subscriptions).toBe(2);
    // The node forgets with the connection.
    expect(egress.wanted).toEqual([{ host: 360 }, { host: 360 }]);
    expect(reports.filter(running)).toHaveLength(1);
    const watched = await Watched.decode(capture);
    watched.expectTiles(atEnd - 200, host, GRID, [RED]);
    watched.expectTones(atEnd - 700, atEnd, [440], []);
  });

  it('ends when the egress no longer takes its token', async () => {
    egress.token = 'another';
    mix.start(spec(host));
    const ended = await reported((report) => report.type === 'ended');
    expect(ended).toMatchObject({ code: 'egress_lost', detail: 'token_invalid' });
  });
});

describe('the mix process', () => {
  /** `npm test` builds before it tests. */
  const entry = join(__dirname, '../../dist/src/roles/mix-process.js');
  let child: ChildProcess;

  beforeEach(() => {
    child = fork(entry, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child.on('message', (report: MixReport) => reports.push(report));
  });
  afterEach(() => {
    child.kill('SIGKILL');
  });
  const message = async (predicate: (report: MixReport) => boolean) => {
    while (!reports.some(predicate)) await once(child, 'message');
  };

  it('mixes by order over IPC and exits with 0 when told to stop; Ctrl-C is not such an order', async () => {
    await egress.join(member('host', 'red', 440));
    await message((report) => report.type === 'state' && report.state === 'ready');
    child.send({ type: 'apply', spec: spec([seat('host', 0)]) });
    await message(running);
    child.kill('SIGINT');
    const capture = await watch();
    await capture.play(500);
    capture.stop();
    const exit = once(child, 'exit');
    child.send({ type: 'stop' });
    expect(await exit).toEqual([0, null]);
    expect(reports.at(-1)).toMatchObject({ type: 'ended', code: 'stopped' });
  });

  it('ends when its parent is gone', async () => {
    await egress.join(member('host', 'red', 440));
    await message((report) => report.type === 'state' && report.state === 'ready');
    child.send({ type: 'apply', spec: spec([seat('host', 0)]) });
    await message(running);
    const exit = once(child, 'exit');
    child.disconnect();
    await exit;
    expect(child.signalCode).toBeNull();
  });
});
