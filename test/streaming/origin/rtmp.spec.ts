import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encodeAmf0 } from '../../../src/media/codec/flv/amf0';
import type { MediaNode } from '../../../src/media/node';
import { CSID, MSG, RtmpPusher, RtmpRefusedError, writeChunks } from '../../../src/media/rtmp';
import { startTestNode } from '../../support/media/media-node';

const OPTIONS = { connectTimeoutMs: 3000, maxQueueBytes: 1 << 20 };
/** What x264 made for 1280x720 at 25 frames per second. */
const AVC = Buffer.from(
  '0164001fffe1001a6764001facd9405005bb011000000300100000030320f183196001000668ebe3cb22c0',
  'hex',
);
const FRAME = Buffer.from([0, 0, 0, 2, 0x65, 0x88]);

let node: MediaNode;
/** Emits `warn` with the reason of every warning. */
let log: EventEmitter<{ warn: [string] }>;

beforeEach(async () => {
  log = new EventEmitter();
  const emitter = log;
  const quiet = () => undefined;
  const logger = {
    debug: quiet,
    info: quiet,
    error: quiet,
    warn: (fields: object) => void emitter.emit('warn', (fields as { reason: string }).reason),
  };
  const rtmpLimits = { handshakeTimeoutMs: 200, setupTimeoutMs: 500, idleTimeoutMs: 300 };
  node = await startTestNode({ logger, rtmpLimits });
});
afterEach(() => node.close());

const url = (name: string, app = 'live'): string => `rtmp://127.0.0.1:${node.rtmpPort}/${app}/${name}`;

/** A raw peer after the handshake. */
async function peer(): Promise<Socket> {
  const socket = connect(node.rtmpPort, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(1536 * 2)]));
  await once(socket, 'data');
  socket.resume();
  return socket;
}
const message = (type: number, payload: Buffer): Buffer =>
  writeChunks({ type, streamId: 1, timestampMs: 0, payload }, CSID.command, 128);
const command = (...values: Parameters<typeof encodeAmf0>[0]): Buffer =>
  message(MSG.command, encodeAmf0(values));

describe('RTMP endpoint', () => {
  it('takes our own client, and tells the hub when it goes', async () => {
    const pusher = await RtmpPusher.connect(url('room?token=host.1'), OPTIONS);
    const onAir = once(node.hub, 'channel');
    pusher.sendMetadata({ width: 1280, height: 720, framerate: 25, videocodecid: 7 });
    pusher.sendVideoConfig(AVC);
    pusher.sendVideo({ dtsMs: 0, ptsMs: 0, keyframe: true, data: FRAME });
    expect((await onAir)[0]).toMatchObject({
      source: 'host',
      epoch: 1,
      video: { width: 1280, height: 720, fps: 25 },
    });
    const left = once(node.hub, 'channel');
    await pusher.close();
    await pusher.close();
    expect((await left)[0]).toMatchObject({ source: 'host', publishers: [] });
  });

  it.each([
    ['a wrong key', 'room?token=nonsense', 'live', 'NetStream.Publish.BadName'],
    ['another app', 'room?token=host.1', 'other', 'NetConnection.Connect.InvalidApp'],
  ])('refuses %s', async (_, name, app, code) => {
    const refusal = await RtmpPusher.connect(url(name, app), OPTIONS).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RtmpRefusedError);
    expect(refusal).toMatchObject({ code });
    expect(node.hub.snapshot()).toEqual([]);
  });

  it('closes the older publisher of a role when the newer one has a keyframe', async () => {
    const begin = async (): Promise<RtmpPusher> => {
      const pusher = await RtmpPusher.connect(url('room?token=host.1'), OPTIONS);
      pusher.sendMetadata({ videocodecid: 7 });
      pusher.sendVideoConfig(AVC);
      pusher.sendVideo({ dtsMs: 0, ptsMs: 0, keyframe: true, data: FRAME });
      return pusher;
    };
    const older = await begin();
    const closed = once(older, 'close');
    await begin();
    expect(((await closed)[0] as Error).message).toContain('NetStream.Publish.Rejected');
  });

  it.each<[string, RegExp, () => Buffer[]]>([
    ['media without a grant', /without a grant/, () => [message(MSG.video, FRAME)]],
    [
      'media of a connected but ungranted peer',
      /without a grant/,
      () => [command('connect', 1, { app: 'live' }), message(MSG.audio, FRAME)],
    ],
    [
      'publish before connect',
      /out of turn/,
      () => [command('publish', 0, null, 'room?token=host.1', 'live')],
    ],
    ['a message too large for a stranger', /too large/, () => [message(MSG.command, Buffer.alloc(65 << 10))]],
    ['malformed AMF', /AMF0 ends too early/, () => [message(MSG.command, Buffer.from([2, 0, 99, 1]))]],
    ['garbage', /./, () => [randomBytes(5000)]],
    ['silence', /neither published nor played/, () => []],
  ])('closes for %s, and says why in the log', async (_, reason, bytes) => {
    const socket = await peer();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const warned = once(log, 'warn');
    for (const part of bytes()) socket.write(part);
    await closed;
    expect((await warned)[0]).toMatch(reason);
    expect(node.hub.snapshot()).toEqual([]);
  });

  it('closes for a handshake that is none, or never ends', async () => {
    const reasons = ['not an RTMP handshake', 'handshake took too long'];
    for (const bytes of [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.from([3])]) {
      const warned = once(log, 'warn');
      const socket = connect(node.rtmpPort, '127.0.0.1', () => socket.write(bytes));
      socket.on('error', () => undefined).resume();
      expect(await warned).toEqual([reasons.shift()]);
      socket.destroy();
    }
  });

  it('closes a publisher that falls silent or sends malformed media', async () => {
    const silent = once(log, 'warn');
    const quiet = await RtmpPusher.connect(url('room?token=host.1'), OPTIONS);
    const told = once(quiet, 'close');
    expect(await silent).toEqual(['publisher is silent']);
    expect(((await told)[0] as Error).message).toContain('NetStream.Publish.Rejected');
    const malformed = once(log, 'warn');
    const broken = await RtmpPusher.connect(url('room?token=host.1'), OPTIONS);
    broken.sendVideoConfig(AVC);
    broken.sendVideo({ dtsMs: 0, ptsMs: 0, keyframe: true, data: Buffer.from([0, 0, 9, 9, 1]) });
    expect((await malformed)[0]).toMatch(/malformed H.264/);
  });
});
