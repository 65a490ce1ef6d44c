import { spawn } from 'node:child_process';
import type { MediaNode } from '../../../src/media/node';
import { ffmpegPath } from '../../support/media/ffmpeg';
import { packetsOfMp4, probeFlv, probeMp4, type Mp4Packet } from '../../support/media/flv-probe';
import { FlvCapture } from '../../support/media/flv-capture';
import { HlsCapture, readPlaylist } from '../../support/media/hls-capture';
import { hlsFaults } from '../../support/media/hls-faults';
import { startTestNode } from '../../support/media/media-node';
import { until } from '../../support/waiting/until';
import { startPush, type FfmpegPush, type PushOptions } from '../../support/media/rtmp-pusher';

const PALETTE = { red: [255, 0, 0], blue: [0, 0, 255] } as const;
const TONE_A = 440;
const TONE_B = 1200;
/** A decoder configuration that x264 made. */
const AVC = Buffer.from(
  '0164001fffe1001a6764001facd9405005bb011000000300100000030320f183196001000668ebe3cb22c0',
  'hex',
);
/** The first segment waits for no keyframe, so that players can begin: what follows it may begin without one. */
const FIRST_SEGMENT = ['independent'] as const;
const MIX = {
  color: 'blue',
  tone: TONE_B,
  width: 480,
  height: 270,
  sampleRate: 48000,
  profile: 'baseline',
} as const;

jest.setTimeout(60_000);

let node: MediaNode;
const pushes: FfmpegPush[] = [];
const captures: HlsCapture[] = [];

async function push(token: string, options: Partial<PushOptions> = {}): Promise<FfmpegPush> {
  const url = `rtmp://127.0.0.1:${node.rtmpPort}/live/room?token=${token}`;
  const started = await startPush({ url, color: 'red', tone: TONE_A, ...options });
  pushes.push(started);
  await until(() => node.hub.isOnAir('room'));
  return started;
}

const base = () => `http://127.0.0.1:${node.httpPort}`;
const viewUrl = (channelId = 'room', token = 'play-room') =>
  `${base()}/live/${channelId}.m3u8?token=${token}`;
const viewers = () => node.hub.snapshot()[0]?.viewers;

async function watch(): Promise<HlsCapture> {
  const capture = await HlsCapture.open(viewUrl());
  captures.push(capture);
  return capture;
}

async function refusal(url: string): Promise<{ status: number; code: string }> {
  const response = await fetch(url);
  return { status: response.status, code: ((await response.json()) as { code: string }).code };
}

beforeEach(async () => {
  node = await startTestNode({ hub: { graceMs: 500, hls: { limits: { viewerMs: 1500 } } } });
});
afterEach(async () => {
  await Promise.all(captures.splice(0).map((capture) => capture.stop()));
  await Promise.all(pushes.splice(0).map((started) => started.stop()));
  await node.close();
});

describe('HLS of the live origin', () => {
  it('is followed part by part over a hand-over to the mix, to the end', async () => {
    await push('host.1', { bframes: 2 });
    const viewer = await watch();
    await viewer.play(3000);
    const mixed = viewer.waitFor(({ discontinuity }) => discontinuity);
    const mix = await push('mix.2', MIX);
    await mixed;
    await viewer.play(3000);
    await Promise.all([mix.stop(), pushes[0]!.stop()]);
    await viewer.followed;

    const playlist = viewer.playlists.at(-1)!;
    expect(playlist.ended).toBe(true);
    expect(playlist.text).not.toContain('PRELOAD-HINT');
    const runs = viewer.runs;
    const probes = await Promise.all(runs.map(({ bytes }) => probeMp4(bytes)));
    expect(probes.map(({ complaints }) => complaints).join('')).toBe('');
    const colors = probes.map((probe) => probe.colorSequence(PALETTE)).flat();
    const tones = probes.map((probe) => probe.toneSequence([TONE_A, TONE_B])).flat();
    // The host comes back in between where they outlive the mix.
    expect(colors.slice(0, 2)).toEqual(['red', 'blue']);
    expect(tones.slice(0, 2)).toEqual([TONE_A, TONE_B]);

    const packets = (await Promise.all(runs.map(({ bytes }) => packetsOfMp4(bytes)))).flat();
    expect(checkTimes(packets)).toEqual({ backward: 0, holes: [] });
    expect(hlsFaults(viewer, FIRST_SEGMENT)).toEqual([]);
    const { partTargetMs, late } = checkParts(viewer);
    // Four pictures of 15 fps, and some room; their times are whole ms.
    expect(Math.abs(partTargetMs - 288)).toBeLessThan(6);
    expect(late).toEqual([]);
  });

  it('is there at once from the GOP cache, however long the GOP is, and its first part can be decoded', async () => {
    await push('host.1', { gop: 150 });
    const flv = await FlvCapture.openWhenOnAir(viewUrl().replace('.m3u8', '.flv'));
    await flv.play(3000);
    flv.stop();
    const from = performance.now();
    const viewer = await watch();
    await viewer.play(100);
    expect(performance.now() - from).toBeLessThan(1000);
    await viewer.play(9000);
    await viewer.stop();

    expect(viewer.parts[0]).toMatchObject({ independent: true });
    const [run] = viewer.runs;
    const probe = await probeMp4(run!.bytes);
    expect(probe.colorSequence(PALETTE)).toEqual(['red']);
    // It can't be told before such a segment is complete how long it will be.
    expect(hlsFaults(viewer, [...FIRST_SEGMENT, 'target-changed'])).toEqual([]);
    // The target duration covers the ten seconds between two keyframes once one such segment is complete.
    const last = viewer.playlists.at(-1)!;
    const longest = Math.max(...[...last.text.matchAll(/#EXTINF:([\d.]+)/g)].map(([, s]) => Number(s)));
    expect(Number(last.tags.get('EXT-X-TARGETDURATION'))).toBeGreaterThanOrEqual(Math.round(longest));
  });

  it('says what is waited for where the GOP is too long to be kept', async () => {
    const encoder = node.hub.publish({ channelId: 'room', role: 'host', epoch: 1 }, () => undefined);
    encoder.write({ kind: 'video-config', dtsMs: 0, config: AVC });
    const picture = (dtsMs: number, keyframe: boolean) =>
      encoder.write({ kind: 'video', dtsMs, ptsMs: dtsMs, keyframe, data: Buffer.alloc(1 << 18) });
    picture(0, true);
    for (let ms = 33; ms < 3000; ms += 33) picture(ms, false);
    const entrance = await (await fetch(viewUrl())).text();
    const media = new URL(
      entrance.split('\n').find((line) => line.includes('/hls/'))!,
      viewUrl(),
    );
    expect(await refusal(media.href)).toEqual({ status: 503, code: 'keyframe_awaited' });
    for (let ms = 3000; ms < 7000; ms += 50) picture(ms, ms % 1000 === 0);
    expect((await fetch(media)).status).toBe(200);
  });

  it('carries a channel without pictures', async () => {
    await push('host.1', { extra: ['-vn'] });
    const viewer = await watch();
    await viewer.play(3000);
    await viewer.stop();
    expect(viewer.multivariant).toMatch(/CODECS="mp4a\.40\.2"\n/);
    expect(viewer.parts.every(({ independent }) => independent)).toBe(true);
    expect(hlsFaults(viewer)).toEqual([]);
    const packets = await packetsOfMp4(viewer.runs[0]!.bytes);
    expect(checkTimes(packets)).toEqual({ backward: 0, holes: [] });
  });

  it('is played by ffmpeg, which knows nothing of parts', async () => {
    await push('host.1');
    const played = await play(viewUrl());
    const probe = await probeFlv(played);
    expect(probe.colorSequence(PALETTE)).toEqual(['red']);
    expect(probe.toneSequence([TONE_A, TONE_B])).toEqual([TONE_A]);
  });

  it('counts its viewers until they ask no more, and packs the stream only for them', async () => {
    await push('host.1');
    expect(viewers()).toBe(0);
    const [first, second] = [await watch(), await watch()];
    await Promise.all([first.play(500), second.play(500)]);
    expect(viewers()).toBe(2);
    await second.stop();
    await until(() => viewers() === 1);
    await first.play(300);
    await first.stop();
    await until(() => viewers() === 0, 10_000);
    const resumed = await fetch(first.address);
    expect(resumed.status).toBe(200);
    const [last, next] = [first.playlists.at(-1)!, readPlaylist(await resumed.text())];
    expect(next.sequence + next.segments.length).toBeGreaterThan(last.sequence + last.segments.length);
    expect(viewers()).toBe(1);
  });

  it('refuses wrong tokens, unknown channels, invented sessions and absurd positions, and keeps nothing of them', async () => {
    await push('host.1');
    const viewer = await watch();
    await viewer.play(300);
    const { address } = viewer;
    const other = address.replace(/hls\/[^/]+/, `hls/${'A'.repeat(32)}`);
    expect(await refusal(viewUrl('room', 'play-other'))).toEqual({ status: 401, code: 'play_token_invalid' });
    expect(await refusal(`${base()}/live/room.m3u8`)).toEqual({ status: 401, code: 'play_token_invalid' });
    expect(await refusal(viewUrl('other', 'play-other'))).toEqual({
      status: 404,
      code: 'channel_not_on_air',
    });
    expect(await refusal(other)).toEqual({ status: 401, code: 'play_token_invalid' });
    expect(await refusal(address.replace('/room/', '/other/'))).toMatchObject({ status: 401 });
    expect(await refusal(new URL('p1.mp4', other).href)).toMatchObject({ status: 401 });
    expect(await refusal(new URL('p1.mp4', address).href)).toEqual({ status: 404, code: 'not_found' });
    for (const query of ['_HLS_msn=99999999999', '_HLS_msn=-1', '_HLS_msn=x', '_HLS_part=1', '_HLS_msn=1e9'])
      expect(await refusal(`${address}?${query}`)).toEqual({ status: 400, code: 'address_invalid' });
    expect(viewers()).toBe(1);
    const post = await fetch(address, { method: 'POST' });
    expect(post.status).toBe(405);
    const options = await fetch(address, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    const head = await fetch(address, { method: 'HEAD' });
    expect([head.status, head.headers.get('cache-control'), await head.text()]).toEqual([
      200,
      'no-store',
      '',
    ]);
    const part = await fetch(new URL(viewer.parts.at(-1)!.uri, address));
    expect(part.headers.get('cache-control')).toContain('immutable');
    expect(viewer.playlists.at(-1)!.text).not.toContain('token');
  });

  it('answers who waits while nobody sends, and says so when it is over', async () => {
    await node.close();
    node = await startTestNode({ hub: { graceMs: 4000 } });
    const host = await push('host.1');
    const viewer = await watch();
    await viewer.play(500);
    await host.kill();
    const asked = performance.now();
    const before = viewer.playlists.length;
    await until(() => viewer.playlists.length > before + 1);
    // Held, not hung: the same playlist again, sooner than hls.js gives up.
    expect(performance.now() - asked).toBeLessThan(4000);
    await viewer.followed;
    expect(viewer.playlists.at(-1)!.ended).toBe(true);
    expect((await fetch(viewer.address)).status).toBe(200);
    expect(await refusal(viewUrl())).toEqual({ status: 404, code: 'channel_not_on_air' });
  });
});

/** Steps back of any track, and steps that are longer than the duration of the packet before, by more than 100 ms. */
function checkTimes(packets: Mp4Packet[]): { backward: number; holes: number[] } {
  const tracks = [...new Set(packets.map(({ stream }) => stream))].map((stream) =>
    packets.filter((packet) => packet.stream === stream),
  );
  const steps = tracks.flatMap((track) =>
    track.slice(1).map((packet, i) => ({ step: packet.dtsMs - track[i]!.dtsMs, before: track[i]! })),
  );
  return {
    backward: steps.filter(({ step }) => step <= 0).length,
    holes: steps.filter(({ step, before }) => step - before.durationMs > 100).map(({ step }) => step),
  };
}

/** PART-TARGET of the last playlist, and parts above it. */
function checkParts(viewer: HlsCapture): { partTargetMs: number; late: number[] } {
  const target = viewer.playlists.at(-1)!.tags.get('EXT-X-PART-INF')!;
  const partTargetMs = Number(/PART-TARGET=([\d.]+)/.exec(target)![1]) * 1000;
  const late = viewer.parts.map(({ durationMs }) => durationMs).filter((ms) => ms > partTargetMs);
  return { partTargetMs, late };
}

async function play(url: string): Promise<Buffer> {
  const args = ['-v', 'error', '-i', url, '-t', '3', '-c', 'copy', '-f', 'flv', 'pipe:1'];
  const child = spawn(ffmpegPath(), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const parts: Buffer[] = [];
  for await (const part of child.stdout as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}
