/**
 * Chat in one room of many members: the time from a message's sending until a member has it, over all members, and
 * what a delivery costs the API process. The members are real Socket.IO clients in processes of their own.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { startApp, type TestApp } from '../test/support/app';
import { ImClient } from '../test/support/im-client';
import type { ChannelView } from '../src/contracts';
import type { CrowdReport } from './im-crowd';
import { cpuSecondsOf } from './process-cpu';

const MEMBERS = 2000;
const PROCESSES = 2;
const MESSAGES = 200;
/** Messages a second in the room. */
const RATE = 20;
const SENDERS = 20;

export async function run(): Promise<Record<string, unknown>> {
  const app = await startApp({ LOG_LEVEL: 'warn', RATE_LIMIT_ADDRESS_PER_MINUTE: '0' });
  const crowds: ChildProcess[] = [];
  try {
    const token = await app.token('host', 'Host');
    const channel = await app.api<ChannelView>('POST', '/v1/channels', { title: 'Bench' }, token);
    const channelId = channel.body.id;
    for (let i = 0; i < PROCESSES; i++) crowds.push(await startCrowd(app, channelId, i));
    const senders = await Promise.all(
      Array.from({ length: SENDERS }, async (_, i) => {
        const client = await ImClient.connect(app.url, { token: await app.token(`s${i}`, `S${i}`) });
        await client.must('room:join', { channelId });
        return client;
      }),
    );
    const cpuBefore = cpuSecondsOf(app.pid);
    const reports = crowds.map((crowd) => once(crowd, 'message'));
    await send(senders, channelId);
    const latencies = (await Promise.all(reports)).flatMap(([report]) => (report as CrowdReport).latenciesMs);
    const cpu = cpuSecondsOf(app.pid) - cpuBefore;
    for (const sender of senders) sender.close();
    latencies.sort((a, b) => a - b);
    const at = (share: number) =>
      Math.round((latencies[Math.floor(latencies.length * share)] ?? 0) * 10) / 10;
    const cpuUsPerDelivery = Math.round((cpu * 1e7) / (MESSAGES * (MEMBERS + SENDERS))) / 10;
    return {
      members: MEMBERS,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      cpuUsPerDelivery,
      deliveries: latencies.length,
    };
  } finally {
    for (const crowd of crowds) crowd.kill();
    await app.stop();
  }
}

/** Resolves once its share of the members is in the room. */
async function startCrowd(app: TestApp, channelId: string, index: number): Promise<ChildProcess> {
  const count = MEMBERS / PROCESSES;
  const crowd = fork(require.resolve('./im-crowd'), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const tokens = await Promise.all(
    Array.from({ length: count }, (_, i) => app.token(`m${index}-${i}`, `Member ${i}`)),
  );
  const ready = once(crowd, 'message');
  crowd.send({ url: app.url, channelId, tokens, messages: MESSAGES });
  await ready;
  return crowd;
}

/** Each message carries when it was sent: all processes are on this machine's clock. */
async function send(senders: ImClient[], channelId: string): Promise<void> {
  const start = Date.now();
  for (let i = 0; i < MESSAGES; i++) {
    const wait = start + (i * 1000) / RATE - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    void senders[i % SENDERS]?.must('room:send', { channelId, text: `${Date.now()}` });
  }
}
