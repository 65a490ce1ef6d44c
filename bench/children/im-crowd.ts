/**
 * A process full of members for bench/im.ts. They speak Socket.IO's protocol over bare WebSockets and read only the time
 * of sending from a message: two thousand members on the server's own machine must not be what is measured.
 */
import { once } from 'node:events';
import { WebSocket } from 'ws';

interface Task {
  url: string;
  channelId: string;
  tokens: string[];
  messages: number;
  /** Text of the message that comes before those that count. */
  lastWarmUp: string;
}

/** One for each delivery to a member of this process. */
export interface CrowdReport {
  latenciesMs: number[];
}

/** Members that join at the same time. */
const AT_ONCE = 20;
const MESSAGE = '42["room:message"';
/** Messages that count carry the sender's clock, ms, as their text. */
const TEXT = /"text":"([^"]*)"/;

process.once('message', (task: Task) => void join(task));

async function join({ url, channelId, tokens, messages, lastWarmUp }: Task): Promise<void> {
  const latenciesMs: number[] = [];
  const expected = tokens.length * messages;
  let warm = 0;
  const onMessage = (text: string) => {
    if (text === lastWarmUp && ++warm === tokens.length) process.send?.('warm');
    if (!/^\d+$/.test(text)) return;
    latenciesMs.push(Date.now() - Number(text));
    if (latenciesMs.length === expected) process.send?.({ latenciesMs } satisfies CrowdReport);
  };
  for (let i = 0; i < tokens.length; i += AT_ONCE) {
    const group = tokens.slice(i, i + AT_ONCE);
    await Promise.all(group.map((token) => enter(url, token, channelId, onMessage)));
  }
  process.send?.('ready');
}

/** Resolves once the member is in the room. Engine.IO protocol 4, Socket.IO protocol 5. */
async function enter(
  url: string,
  token: string,
  channelId: string,
  onMessage: (text: string) => void,
): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const joined = new Promise<void>((resolve, reject) => {
    socket.on('message', (data: Buffer) => {
      const packet = data.toString();
      if (packet.startsWith(MESSAGE)) onMessage(TEXT.exec(packet)?.[1] ?? '');
      else if (packet === '2') socket.send('3');
      else if (packet.startsWith('40')) socket.send(`420${JSON.stringify(['room:join', { channelId }])}`);
      else if (packet.startsWith('430[{"ok":true')) resolve();
      else if (packet.startsWith('43') || packet.startsWith('44')) reject(new Error(`not joined: ${packet}`));
    });
    socket.on('close', () => reject(new Error('disconnected')));
  });
  await once(socket, 'open');
  socket.send(`40${JSON.stringify({ token })}`);
  await joined;
}
