import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import type { PlayAuthorizer } from '../../../src/media/contract';
import type { MediaNode } from '../../../src/media/node';
import { ffmpegPath } from '../../support/media/ffmpeg';
import { FlvCapture, ViewRefusedError } from '../../support/media/flv-capture';
import { probeFlv } from '../../support/media/flv-probe';
import { OPEN_DOORS } from '../../../src/media/origin/gates';
import { startTestNode } from '../../support/media/media-node';
import { startPush, type FfmpegPush, type PushOptions } from '../../support/media/rtmp-pusher';

const RED = [255, 0, 0] as const;
const BLUE = [0, 0, 255] as const;
const TONE_A = 440;
const TONE_B = 1200;

let node: MediaNode;
const pushes: FfmpegPush[] = [];

async function push(token: string, options: Partial<PushOptions>): Promise<FfmpegPush> {
  const url = `rtmp://127.0.0.1:${node.rtmpPort}/live/room?token=${token}`;
  const started = await startPush({ url, color: 'red', tone: TONE_A, ...options });
  pushes.push(started);
  return started;
}

const viewUrl = (channelId = 'room', token = 'play-room'): string =>
  `http://127.0.0.1:${node.httpPort}/live/${channelId}.flv?token=${token}`;

const MIX = {
  color: 'blue',
  tone: TONE_B,
  width: 480,
  height: 270,
  sampleRate: 48000,
  profile: 'baseline',
} as const;

beforeEach(async () => {
  node = await startTestNode({ hub: { graceMs: 3000 } });
});
afterEach(async () => {
  await Promise.all(pushes.splice(0).map((started) => started.stop()));
  await node.close();
});

describe('live origin', () => {
  it('hands over from host to mix and back without anybody noticing', async () => {
    await push('host.1', { bframes: 2 });
    const viewer = await FlvCapture.openWhenOnAir(viewUrl());
    await viewer.play(1500);
    const toMix = viewer.waitFor((tag) => tag.kind === 'video-config');
    const mix = await push('mix.2', MIX);
    await toMix;
    await viewer.play(1500);
    const toHost = viewer.waitFor((tag) => tag.kind === 'video-config');
    await mix.stop();
    await toHost;
    await viewer.play(1500);
    viewer.stop();

    expect(viewer.closedByServer).toBe(false);
    const figures = viewer.figures();
    expect(figures.backwardTimestamps).toBe(0);
    expect(figures.largestVideoGapMs).toBeLessThanOrEqual(100);
    const probe = await probeFlv(viewer.bytes);
    expect(probe.colorSequence({ red: RED, blue: BLUE })).toEqual(['red', 'blue', 'red']);
    expect(probe.toneSequence([TONE_A, TONE_B])).toEqual([TONE_A, TONE_B, TONE_A]);
  });

  it('takes the host back on promotion while both push', async () => {
    await push('host.1', {});
    const viewer = await FlvCapture.openWhenOnAir(viewUrl());
    const toMix = viewer.waitFor((tag) => tag.kind === 'video-config' && tag.dtsMs > 0);
    await push('mix.2', MIX);
    await toMix;
    await viewer.play(500);
    const toHost = viewer.waitFor((tag) => tag.kind === 'video-config');
    expect(node.hub.promote('room', 'host', 3)).toBe(true);
    await toHost;
    await viewer.play(500);
    viewer.stop();

    expect(node.hub.snapshot()[0]).toMatchObject({
      source: 'host',
      epoch: 3,
      video: { width: 320, height: 240 },
    });
    const { backwardTimestamps, largestVideoGapMs } = viewer.figures();
    expect(backwardTimestamps).toBe(0);
    expect(largestVideoGapMs).toBeLessThanOrEqual(100);
    expect((await probeFlv(viewer.bytes)).colorSequence({ red: RED, blue: BLUE })).toEqual([
      'red',
      'blue',
      'red',
    ]);
  });

  it('leaves the markers out where they are switched off', async () => {
    await push('host.1', {});
    const viewer = await FlvCapture.openWhenOnAir(viewUrl());
    const marks = async (token: string, options: Partial<PushOptions>) => {
      const before = viewer.tags.length;
      const other = viewer.waitFor((tag) => tag.kind === 'video-config');
      await push(token, options);
      await other;
      return viewer.tags.slice(before).filter(({ kind }) => kind === 'video-marker').length;
    };
    expect(await marks('mix.2', MIX)).toBe(2);
    expect(
      node.hub.configure('room', {
        revision: 'x',
        relay: null,
        flvMarkers: false,
        playGeneration: 0,
        awaitsMix: false,
        doors: OPEN_DOORS,
      }),
    ).toBe(true);
    expect(await marks('mix.3', { width: 640, height: 360 })).toBe(0);
    viewer.stop();
  });

  it('cuts viewers whose tokens are good no longer, and refuses them', async () => {
    await node.close();
    const playAuthorizer: PlayAuthorizer = {
      authorizePlay: (channelId, token) =>
        Promise.resolve({ channelId, generation: Number(token.replace('generation-', '')) }),
    };
    node = await startTestNode({ playAuthorizer });
    await push('host.1', {});
    const view = (generation: number) =>
      FlvCapture.openWhenOnAir(viewUrl('room', `generation-${generation}`));
    const [old, fresh] = [await view(0), await view(1)];
    const socket = new WebSocket(viewUrl('room', 'generation-0').replace('http', 'ws'));
    await once(socket, 'message');
    const cut = once(socket, 'close');
    const entrance = viewUrl('room', 'generation-0').replace('.flv', '.m3u8');
    const master = await (await fetch(entrance)).text();
    const playlist = new URL(
      master.split('\n').find((line) => line.includes('/hls/'))!,
      entrance,
    );
    expect((await fetch(playlist)).status).toBe(200);
    const settings = {
      revision: 'x',
      relay: null,
      flvMarkers: true,
      playGeneration: 1,
      awaitsMix: false,
      doors: OPEN_DOORS,
    };
    expect(node.hub.configure('room', settings)).toBe(true);
    await Promise.all([old.waitForEnd(), cut]);
    await expect(view(0)).rejects.toMatchObject({ status: 401, code: 'play_token_invalid' });
    expect((await fetch(entrance)).status).toBe(401);
    expect((await fetch(playlist)).status).toBe(401);
    await fresh.play(300);
    fresh.stop();
  });

  it('refuses revoked tokens from the first moment of a channel, and takes no older word for it', () => {
    node.hub.publish({ channelId: 'room', role: 'mix', epoch: 1, playGeneration: 2 }, () => undefined);
    const accepted = () => [0, 1, 2].map((generation) => node.hub.accepts({ channelId: 'room', generation }));
    expect(accepted()).toEqual([false, false, true]);
    node.hub.configure('room', {
      revision: 'late',
      relay: null,
      flvMarkers: true,
      playGeneration: 1,
      awaitsMix: false,
      doors: OPEN_DOORS,
    });
    expect(accepted()).toEqual([false, false, true]);
  });

  it('plays over RTMP with ffmpeg and over WebSocket', async () => {
    await push('host.1', {});
    await (await FlvCapture.openWhenOnAir(viewUrl())).play(100);
    const played = await runFfmpeg([
      ...['-i', `rtmp://127.0.0.1:${node.rtmpPort}/live/room?token=play-room`],
      ...['-t', '1', '-map', '0:v', '-map', '0:a', '-c', 'copy', '-f', 'flv', 'pipe:1'],
    ]);
    expect((await probeFlv(played)).colorSequence({ red: RED, blue: BLUE })).toEqual(['red']);

    const socket = new WebSocket(viewUrl().replace('http', 'ws'));
    const [first] = (await once(socket, 'message')) as [Buffer];
    socket.terminate();
    expect(first.toString('latin1', 0, 3)).toBe('FLV');
  });

  it('drops what a slow viewer does not read, and gives up on it', async () => {
    await node.close();
    node = await startTestNode({ hub: { fanOut: { maxQueueBytes: 100_000, maxSkipMs: 1000 } } });
    // Noise, so that the kernel's own buffers fill soon.
    await push('host.1', {
      extra: ['-vf', 'noise=alls=100:allf=t', '-b:v', '20M', '-s', '640x360', '-g', '5'],
    });
    await (await FlvCapture.openWhenOnAir(viewUrl())).play(100);
    const tooSlow = once(node.hub, 'viewer-too-slow');
    const socket = connect(node.httpPort, '127.0.0.1');
    socket.pause();
    socket.on('error', () => undefined);
    socket.write(`GET /live/room.flv?token=play-room HTTP/1.1\r\nHost: x\r\n\r\n`);
    await tooSlow;
    expect(node.hub.droppedBatches).toBeGreaterThan(0);
    socket.destroy();
  });

  it('holds viewers over an outage and ends them when nobody comes back', async () => {
    const first = await push('host.1', {});
    const viewer = await FlvCapture.openWhenOnAir(viewUrl());
    await viewer.play(500);
    await first.kill();
    const second = await push('host.1', { color: 'blue', tone: TONE_B });
    await viewer.play(1000);
    await second.stop();
    await viewer.waitForEnd();

    expect(viewer.figures()).toMatchObject({ backwardTimestamps: 0 });
    const probe = await probeFlv(viewer.bytes);
    expect(probe.colorSequence({ red: RED, blue: BLUE })).toEqual(['red', 'blue']);
    await expect(FlvCapture.open(viewUrl())).rejects.toMatchObject({
      status: 404,
      code: 'channel_not_on_air',
    });
  });

  it('refuses another codec', async () => {
    const mp3 = await push('host.1', { extra: ['-c:a', 'libmp3lame'] });
    await expect(mp3.ended).resolves.not.toBe(0);
    expect(node.hub.snapshot()).toEqual([]);
  });

  it('refuses wrong keys before any media, and tells the encoder why', async () => {
    await expect(push('wrong', {})).rejects.toThrow(/stream key is wrong/);
    expect(node.hub.snapshot()).toEqual([]);
    await expect(FlvCapture.open(viewUrl('room', 'play-other'))).rejects.toThrow(ViewRefusedError);
    await expect(FlvCapture.open(viewUrl('room', 'play-other'))).rejects.toMatchObject({
      status: 401,
      code: 'play_token_invalid',
    });
  });
});

async function runFfmpeg(args: string[]): Promise<Buffer> {
  const child = spawn(ffmpegPath(), ['-v', 'error', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const parts: Buffer[] = [];
  for await (const part of child.stdout as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}
