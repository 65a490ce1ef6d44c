/**
 * Chat in one room of many members: the time from sending a message until a member has it, over all members, and the CPU
 * that a delivery costs the API process. The members are in processes of their own (im-crowd.ts). The same for a server
 * that is only Socket.IO (im-bare.ts), in the same run.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { startApp } from '../test/support/app/app-process';
import { ImClient } from '../test/support/app/im-client';
import type { ChannelView } from '../src/contracts';
import type { CrowdReport } from './children/im-crowd';
import { cpuSecondsOf } from './support/process-cpu';

const MEMBERS = 2000;
const PROCESSES = 2;
const MESSAGES = 200;
/** Messages a second in the room. */
const RATE = 20;
const SENDERS = 20;
/** Before those that count, until the server is warm and has told its members of each other. */
const WARM_UP_MESSAGES = 40;
/** A member who has this one has also been told of everybody's joining. */
const LAST_WARM_UP = 'warm';

interface Served {
  url: string;
  pid: number;
  channelId: string;
  token: (userId: string, name: string) => Promise<string>;
}

interface Figures {
  p50Ms: number;
  p99Ms: number;
  cpuUsPerDelivery: number;
  deliveries: number;
}

export async function run(): Promise<Record<string, unknown>> {
  const bare = await measureBare();
  const ours = await measureOurs();
  return {
    members: MEMBERS,
    ...ours,
    bareP50Ms: bare.p50Ms,
    bareP99Ms: bare.p99Ms,
    bareCpuUsPerDelivery: bare.cpuUsPerDelivery,
  };
}

async function measureOurs(): Promise<Figures> {
  const app = await startApp({ LOG_LEVEL: 'warn', RATE_LIMIT_ADDRESS_PER_MINUTE: '0' });
  try {
    const token = await app.token('host', 'Host');
    const channel = await app.api<ChannelView>('POST', '/v1/channels', { title: 'Bench' }, token);
    const { url, pid } = app;
    return await measure({ url, pid, channelId: channel.body.id, token: (...who) => app.token(...who) });
  } finally {
    await app.stop();
  }
}

async function measureBare(): Promise<Figures> {
  const server = fork(require.resolve('./children/im-bare'));
  try {
    const [{ url }] = (await once(server, 'message')) as [{ url: string }];
    return await measure({
      url,
      pid: server.pid!,
      channelId: 'bench',
      token: (userId) => Promise.resolve(userId),
    });
  } finally {
    server.kill();
  }
}

async function measure(served: Served): Promise<Figures> {
  const crowds: ChildProcess[] = [];
  try {
    for (let i = 0; i < PROCESSES; i++) crowds.push(await startCrowd(served, i));
    const senders = await Promise.all(
      Array.from({ length: SENDERS }, async (_, i) => {
        const client = await ImClient.connect(served.url, { token: await served.token(`s${i}`, `S${i}`) });
        await client.must('room:join', { channelId: served.channelId });
        return client;
      }),
    );
    const warm = crowds.map((crowd) => once(crowd, 'message'));
    await send(senders, served.channelId, (index) =>
      index === WARM_UP_MESSAGES ? null : index === WARM_UP_MESSAGES - 1 ? LAST_WARM_UP : 'cold',
    );
    await Promise.all(warm);
    const cpuBefore = cpuSecondsOf(served.pid);
    const reports = crowds.map((crowd) => once(crowd, 'message'));
    await send(senders, served.channelId, (index) => (index === MESSAGES ? null : `${Date.now()}`));
    const latencies = (await Promise.all(reports)).flatMap(([report]) => (report as CrowdReport).latenciesMs);
    const cpu = cpuSecondsOf(served.pid) - cpuBefore;
    for (const sender of senders) sender.close();
    latencies.sort((a, b) => a - b);
    const at = (share: number) => round(latencies[Math.floor(latencies.length * share)] ?? 0);
    return {
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      cpuUsPerDelivery: round((cpu * 1e6) / (MESSAGES * (MEMBERS + SENDERS))),
      deliveries: latencies.length,
    };
  } finally {
    for (const crowd of crowds) crowd.kill();
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Resolves once its share of the members is in the room. */
async function startCrowd({ url, channelId, token }: Served, index: number): Promise<ChildProcess> {
  const count = MEMBERS / PROCESSES;
  const crowd = fork(require.resolve('./children/im-crowd'), [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const tokens = await Promise.all(
    Array.from({ length: count }, (_, i) => token(`m${index}-${i}`, `Member ${i}`)),
  );
  const ready = once(crowd, 'message');
  crowd.send({ url, channelId, tokens, messages: MESSAGES, lastWarmUp: LAST_WARM_UP });
  await ready;
  return crowd;
}

/** Sends at RATE; `textOf` gives each message's text, null ends it. All processes have this machine's clock. */
async function send(
  senders: ImClient[],
  channelId: string,
  textOf: (index: number) => string | null,
): Promise<void> {
  const start = Date.now();
  for (let i = 0; ; i++) {
    const wait = start + (i * 1000) / RATE - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const text = textOf(i);
    if (text === null) return;
    void senders[i % SENDERS]?.must('room:send', { channelId, text });
  }
}
