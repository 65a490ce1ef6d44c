import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { writeChunks } from './chunk-writer';
import { RtmpConnection, type RtmpConnectionOptions } from './connection';
import { MSG, type RtmpMessage } from './message';

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
