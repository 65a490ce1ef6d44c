import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { writeChunks } from './chunk-writer';
import { RtmpConnection, type RtmpConnectionOptions } from './connection';
import { flvTag } from '../codec/flv/flv';
import { MSG, RtmpProtocolError, type RtmpMessage } from './message';

const OPTIONS: Omit<RtmpConnectionOptions, 'side'> = {
  handshakeTimeoutMs: 5000,
  maxChunkStreams: 8,
  maxMessageBytes: 1 << 20,
};
const MESSAGES = 500;
const BYTES = 64 << 10;

let listener: Server;
let server: RtmpConnection;
let client: RtmpConnection;

beforeEach(async () => {
  listener = createServer((socket) => (server = new RtmpConnection(socket, { ...OPTIONS, side: 'server' })));
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  client = new RtmpConnection(connect((listener.address() as AddressInfo).port, '127.0.0.1'), {
    ...OPTIONS,
    side: 'client',
  });
  await once(client, 'ready');
  client.enlargeChunks();
});
afterEach(() => {
  client.destroy();
  server.destroy();
  listener.close();
});

const command = (name: string) => client.sendCommand(0, name, 0, null);

describe('an RTMP connection', () => {
  it('keeps what comes while it is paused, in order, and reads no more than that', async () => {
    const seen: (string | number)[] = [];
    server.on('command', ({ name }) => {
      seen.push(name);
      if (name === 'ask') server.pause();
    });
    server.on('message', ({ timestampMs }: RtmpMessage) => seen.push(timestampMs));
    const asked = once(server, 'command');
    const video = (i: number): Buffer =>
      writeChunks({ type: MSG.video, streamId: 1, timestampMs: i, payload: Buffer.alloc(BYTES) }, 6, 65_536);
    command('ask');
    client.sendChunks(Buffer.concat(Array.from({ length: MESSAGES }, (_, i) => video(i))));
    command('last');
    await asked;
    for (let i = 0; i < 100; i++) await turn();
    expect(seen).toEqual(['ask']);
    expect(server.receivedBytes).toBeLessThan(1 << 20);

    server.resume();
    while (seen.at(-1) !== 'last') await once(server, 'command');
    expect(seen).toEqual(['ask', ...Array.from({ length: MESSAGES }, (_, i) => i), 'last']);
  });

  it('takes media out of aggregates, whose times are relative to each other only, and the format byte off AMF3 data', async () => {
    const seen: [number, number, string][] = [];
    const heard: string[] = [];
    server.on('message', ({ type, timestampMs, payload }: RtmpMessage) =>
      seen.push([type, timestampMs, payload.toString()]),
    );
    server.on('command', ({ name }) => heard.push(name));
    const tag = (type: number, ms: number, text: string, back = 4): Buffer =>
      flvTag(type as 8, ms, Buffer.from(text)).subarray(0, 11 + text.length + back);
    const aggregate = (...tags: Buffer[]) =>
      client.send({ type: MSG.aggregate, streamId: 1, timestampMs: 5000, payload: Buffer.concat(tags) }, 4);
    aggregate(tag(9, 0xffffffff, 'a'), tag(20, 0, 'publish'), tag(8, 9, 'b'), tag(9, 39, 'c', 0));
    client.send({ type: MSG.dataAmf3, streamId: 1, timestampMs: 7, payload: Buffer.from('\0meta') }, 4);
    command('last');
    await once(server, 'command');
    expect(seen).toEqual([
      [9, 5000, 'a'],
      [8, 5010, 'b'],
      [9, 5040, 'c'],
      [18, 7, 'meta'],
    ]);
    expect(heard).toEqual(['last']);
    const violation = once(server, 'violation');
    aggregate(tag(9, 0, 'cut off').subarray(0, 14));
    expect(await violation).toEqual([expect.any(RtmpProtocolError)]);
  });

  it('tells the peer before it closes for what the peer did, however much the peer still sends', async () => {
    const heard: string[] = [];
    client.on('command', ({ name }) => heard.push(name));
    server.on('violation', (error) => server.sendCommand(0, error.message, 0, null));
    const closed = once(server, 'close');
    client.sendChunks(Buffer.from([0xc9]));
    client.sendChunks(Buffer.alloc(8 << 20, 1));
    await once(client, 'close');
    expect(heard).toEqual(['chunk stream 9 starts without a full header']);
    expect((await closed)[0]).toMatchObject({ message: heard[0] });
  });
});
