import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicOnly } from '../../../src/platform/common';
import type { MediaLogger, RelaySnapshot } from '../../../src/media/contract';
import type { MediaNode } from '../../../src/media/node';
import type { RelayEvent } from '../../../src/media/origin';
import { ffmpegPath } from '../../support/media/ffmpeg';
import { FlvCapture } from '../../support/media/flv-capture';
import { probeFlv } from '../../support/media/flv-probe';
import { OPEN_DOORS } from '../../../src/media/origin/gates';
import { startTestNode } from '../../support/media/media-node';
import { KEY, RelayTarget } from '../../support/media/relay-target';
import { freePorts } from '../../support/process/ports';
import { startPush, type FfmpegPush, type PushOptions } from '../../support/media/rtmp-pusher';

const RED = [255, 0, 0] as const;
const BLUE = [0, 0, 255] as const;
const TONE_A = 440;
const TONE_B = 1200;
const MIX = { color: 'blue', tone: TONE_B, width: 480, height: 270, sampleRate: 48000 } as const;
const QUICK = { retry: { firstMs: 100, mostMs: 200 }, calmMs: 500, connectTimeoutMs: 3000 };

let node: MediaNode;
let target: RelayTarget;
let log: string;
const pushes: FfmpegPush[] = [];
const cleanUp: (() => unknown)[] = [];

const logger: MediaLogger = Object.fromEntries(
  ['debug', 'info', 'warn', 'error'].map((level) => [
    level,
    (fields: object, message: string) => (log += `${JSON.stringify(fields)} ${message}\n`),
  ]),
) as never;

beforeEach(async () => {
  log = '';
  node = await startTestNode({ hub: { graceMs: 1500, relay: QUICK }, logger });
  target = await RelayTarget.start();
});
afterEach(async () => {
  await Promise.all(pushes.splice(0).map((started) => started.stop()));
  await node.close();
  await target.close();
  for (const free of cleanUp.splice(0)) await free();
  // Whatever happened: the key is in no line.
  expect(log).not.toContain(KEY);
});

async function push(token: string, options: Partial<PushOptions> = {}): Promise<FfmpegPush> {
  const url = `rtmp://127.0.0.1:${node.rtmpPort}/live/room?token=${token}`;
  const started = await startPush({ url, color: 'red', tone: TONE_A, ...options });
  pushes.push(started);
  return started;
}

/** As control does it. */
async function relayTo(port: number, key = KEY, host = '127.0.0.1'): Promise<void> {
  const url = `rtmp://${host}:${port}/live/${key}`;
  const answer = await fetch(`http://127.0.0.1:${node.httpPort}/control/channels/room/settings`, {
    method: 'POST',
    headers: { Authorization: 'Bearer control' },
    body: JSON.stringify({
      revision: url,
      relay: { url },
      flvMarkers: true,
      playGeneration: 0,
      awaitsMix: false,
      doors: OPEN_DOORS,
    }),
  });
  expect(answer.status).toBe(200);
}

const relay = (): RelaySnapshot | null => node.hub.snapshot()[0]?.relay ?? null;

async function until(fits: (event: RelayEvent) => boolean): Promise<void> {
  for (;;) {
    const [event] = (await once(node.hub, 'relay')) as [RelayEvent];
    if (fits(event)) return;
  }
}
async function live(): Promise<void> {
  if (relay()?.state !== 'live') await until(({ state }) => state === 'live');
}

describe('relay', () => {
  it('is one publishing over hand-overs', async () => {
    await push('host.1', { bframes: 2 });
    await relayTo(target.rtmpPort);
    const viewer = await target.view();
    await viewer.play(1000);
    const toMix = viewer.waitFor((tag) => tag.kind === 'video-config');
    const mix = await push('mix.2', MIX);
    await toMix;
    await viewer.play(1000);
    const toHost = viewer.waitFor((tag) => tag.kind === 'video-config');
    await mix.stop();
    await toHost;
    await viewer.play(1000);
    viewer.stop();

    const { backwardTimestamps, largestVideoGapMs } = viewer.figures();
    expect(backwardTimestamps).toBe(0);
    expect(largestVideoGapMs).toBeLessThanOrEqual(100);
    const probe = await probeFlv(viewer.bytes);
    expect(probe.colorSequence({ red: RED, blue: BLUE })).toEqual(['red', 'blue', 'red']);
    expect(probe.toneSequence([TONE_A, TONE_B])).toEqual([TONE_A, TONE_B, TONE_A]);
    expect(target.publishes).toBe(1);
    // Who relays doesn't watch: a bypass live has to end when nobody does.
    expect(node.hub.snapshot()[0]).toMatchObject({
      viewers: 0,
      relay: { state: 'live', dropped: 0, sessions: 1 },
    });
  });

  it('is taken by an independent server', async () => {
    const [port] = await freePorts(1);
    const folder = mkdtempSync(join(tmpdir(), 'lianmai-relay-'));
    const file = join(folder, 'relayed.flv');
    cleanUp.push(() => rmSync(folder, { recursive: true }));
    const address = `rtmp://127.0.0.1:${port}/live/${KEY}`;
    const encoded = ['-vf', 'scale=320:180', '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac'];
    const receiver = spawn(ffmpegPath(), ['-listen', '1', '-i', address, ...encoded, file]);
    receiver.stderr.resume();
    const received = once(receiver, 'exit');
    cleanUp.push(() => receiver.kill('SIGKILL'));
    await push('host.1');
    await relayTo(port!);
    await live();
    const here = await FlvCapture.open(`http://127.0.0.1:${node.httpPort}/live/room.flv?token=play-room`);
    await here.play(1500);
    const toMix = here.waitFor((tag) => tag.kind === 'video-config');
    const mix = await push('mix.2', { ...MIX, sampleRate: 44100 });
    await toMix;
    await here.play(1500);
    here.stop();
    expect(relay()?.sessions).toBe(1);
    await mix.stop();
    await Promise.all(pushes.splice(0).map((started) => started.stop()));
    // The channel has ended, and so has the publishing: the receiver is done.
    await received;
    const probe = await probeFlv(readFileSync(file));
    expect(probe.colorSequence({ red: RED, blue: BLUE }).slice(0, 2)).toEqual(['red', 'blue']);
    expect(probe.toneSequence([TONE_A, TONE_B]).slice(0, 2)).toEqual([TONE_A, TONE_B]);
  });

  it('stays while the source is held, and ends with the channel', async () => {
    const first = await push('host.1');
    await relayTo(target.rtmpPort);
    const viewer = await target.view();
    await viewer.play(500);
    await first.kill();
    const second = await push('host.1', { color: 'blue', tone: TONE_B });
    await viewer.play(1000);
    expect(relay()).toMatchObject({ state: 'live', sessions: 1 });
    await second.stop();
    await Promise.all([target.left(), viewer.waitForEnd()]);
    expect(target.publishes).toBe(1);
    expect(viewer.figures().backwardTimestamps).toBe(0);
    expect((await probeFlv(viewer.bytes)).colorSequence({ red: RED, blue: BLUE })).toEqual(['red', 'blue']);
  });

  it('comes back from a keyframe when the target does', async () => {
    await push('host.1');
    const { rtmpPort } = target;
    await relayTo(rtmpPort);
    await (await target.view()).play(300);
    const lost = until(({ state, reason }) => state === 'retrying' && reason === 'unreachable');
    await target.close();
    await lost;
    target = await RelayTarget.start(rtmpPort);
    await live();
    const viewer = await target.view();
    await viewer.play(500);
    expect(viewer.tags.find(({ kind }) => kind === 'video')?.keyframe).toBe(true);
    expect(relay()).toMatchObject({ state: 'live', reason: null, sessions: 2 });
  });

  it('goes elsewhere, or ends, when control wants it so', async () => {
    await push('host.1');
    await relayTo(target.rtmpPort);
    await (await target.view()).play(300);
    expect(
      node.hub.configure('room', {
        revision: '',
        relay: null,
        flvMarkers: true,
        playGeneration: 0,
        awaitsMix: false,
        doors: OPEN_DOORS,
      }),
    ).toBe(true);
    await target.left();
    expect(node.hub.snapshot()[0]).toMatchObject({ settings: '', relay: null });
    await relayTo(target.rtmpPort);
    await live();
    expect(target.publishes).toBe(2);
    expect(
      node.hub.configure('elsewhere', {
        revision: 'x',
        relay: null,
        flvMarkers: true,
        playGeneration: 0,
        awaitsMix: false,
        doors: OPEN_DOORS,
      }),
    ).toBe(false);
  });

  it('loses what a slow target does not take, and connects anew', async () => {
    await node.close();
    const slow = { ...QUICK, maxQueueBytes: 100_000, maxSkipMs: 1000 };
    node = await startTestNode({ hub: { graceMs: 1500, relay: slow }, logger });
    const proxy = await stallingProxy(target.rtmpPort);
    // Noise, so that the kernel's own buffers fill soon.
    const noise = ['-vf', 'noise=alls=100:allf=t', '-b:v', '20M', '-s', '640x360', '-g', '5'];
    await push('host.1', { extra: noise });
    await relayTo(portOf(proxy));
    await (await target.view()).play(100);
    const tooSlow = until(({ reason }) => reason === 'too_slow');
    proxy.stall();
    await tooSlow;
    expect(relay()!.dropped).toBeGreaterThan(0);
    await live();
    expect(target.publishes).toBe(2);
  });

  it.each([
    ['refused', () => relayTo(target.rtmpPort, 'sekret-4711-of-another')],
    ['unreachable', async () => relayTo((await freePorts(1))[0]!)],
    ['no_answer', () => relayTo(target.httpPort)],
  ])('tells why it is not live: %s', async (reason, begin) => {
    await push('host.1');
    const told = until((event) => event.state === 'retrying' && event.reason === reason);
    await begin();
    await told;
    expect(log).toContain(`"reason":"${reason}"`);
    expect(log).toContain('rtmp://127.0.0.1:');
  });

  it.each<[string, () => Promise<number> | number]>([
    ['straight', () => node.rtmpPort],
    ['through something in between', async () => portOf(await stallingProxy(node.rtmpPort))],
  ])('does not feed the channel to itself: %s', async (_, port) => {
    const host = await push('host.1');
    const viewer = await FlvCapture.openWhenOnAir(
      `http://127.0.0.1:${node.httpPort}/live/room.flv?token=play-room`,
    );
    const told = until(({ state, reason }) => state === 'retrying' && reason === 'loop');
    await relayTo(await port(), 'room?token=host.1');
    await told;
    await viewer.play(500);
    expect(viewer.figures().videoConfigs).toBe(1);
    expect(host.process.exitCode).toBeNull();
    viewer.stop();
  });

  it.each(['127.0.0.1', 'localhost'])(
    'does not connect to %s where only the Internet is allowed',
    async (host) => {
      await node.close();
      node = await startTestNode({ hub: { relay: { ...QUICK, outbound: publicOnly } }, logger });
      await push('host.1');
      const told = until(({ reason }) => reason === 'address_refused');
      await relayTo(target.rtmpPort, KEY, host);
      await told;
      expect(target.publishes).toBe(0);
    },
  );
});

const portOf = ({ server }: { server: Server }): number => (server.address() as AddressInfo).port;

/** In front of a server: once told to, it reads no more from the clients it has by then. */
async function stallingProxy(port: number): Promise<{ server: Server; stall: () => void }> {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    clients.add(client);
    client.pipe(upstream).pipe(client);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => server.close());
  return {
    server,
    stall: () => {
      for (const client of clients) client.unpipe().pause();
    },
  };
}
