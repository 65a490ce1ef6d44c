/** A process full of members for bench/im.ts. */
import { io } from 'socket.io-client';
import type { ChatMessage } from '../src/contracts';

interface Task {
  url: string;
  channelId: string;
  tokens: string[];
  messages: number;
}

/** Of every delivery to every member of this process. */
export interface CrowdReport {
  latenciesMs: number[];
}

/** Members that join at the same time. */
const AT_ONCE = 20;

process.once('message', (task: Task) => void join(task));

async function join({ url, channelId, tokens, messages }: Task): Promise<void> {
  const latenciesMs: number[] = [];
  const expected = tokens.length * messages;
  const enter = async (token: string) => {
    const socket = io(url, {
      auth: { token },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    });
    socket.on('room:message', (message: ChatMessage) => {
      latenciesMs.push(Date.now() - Number(message.text));
      if (latenciesMs.length === expected) process.send?.({ latenciesMs } satisfies CrowdReport);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    const answer = (await socket.emitWithAck('room:join', { channelId })) as { ok: boolean };
    if (!answer.ok) throw new Error(`not joined: ${JSON.stringify(answer)}`);
  };
  for (let i = 0; i < tokens.length; i += AT_ONCE) await Promise.all(tokens.slice(i, i + AT_ONCE).map(enter));
  process.send?.('ready');
}
