/** A process full of viewers for bench/fan-out.ts. They throw away what they get, so that they cost little. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { RtmpConnection } from '../../src/media/rtmp';

/** HTTP-FLV by `path` of the port, or RTMP by `stream` of the application live. */
export interface CrowdTask {
  port: number;
  path?: string;
  stream?: string;
  viewers: number;
}

const AT_ONCE = 50;
const LIMITS = { handshakeTimeoutMs: 10_000, maxChunkStreams: 64, maxMessageBytes: 1 << 22 };
let bytes = 0;

process.on('disconnect', () => process.exit());
process.on('message', (message: CrowdTask | 'report') => {
  if (message === 'report') process.send?.({ bytes });
  else void enter(message);
});

async function enter(task: CrowdTask): Promise<void> {
  for (let i = 0; i < task.viewers; i += AT_ONCE) {
    const group = Array.from({ length: Math.min(AT_ONCE, task.viewers - i) });
    await Promise.all(group.map(() => (task.path ? viewFlv(task.port, task.path) : viewRtmp(task))));
  }
  process.send?.('ready');
}

/** Resolves with the first bytes of the answer. */
async function viewFlv(port: number, path: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  const [first] = (await once(socket, 'data')) as [Buffer];
  if (!first.includes(' 200 ')) throw new Error(first.toString('latin1', 0, 200));
  socket.on('data', (data: Buffer) => (bytes += data.length));
}

/** Resolves with the first picture; from then on nothing is parsed. */
async function viewRtmp({ port, stream }: CrowdTask): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const connection = new RtmpConnection(socket, { side: 'client', ...LIMITS });
  await once(connection, 'ready');
  connection.sendCommand(0, 'connect', 1, { app: 'live', tcUrl: `rtmp://127.0.0.1:${port}/live` });
  await once(connection, 'command');
  connection.sendCommand(0, 'createStream', 2, null);
  await once(connection, 'command');
  connection.sendCommand(1, 'play', 0, null, stream ?? '');
  await once(connection, 'message');
  socket.removeAllListeners('data');
  socket.on('data', (data: Buffer) => (bytes += data.length));
}
