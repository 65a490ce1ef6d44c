/**
 * Reports of viewers' players to one API process, as fast as it takes them: how many a second, and the CPU that each costs the
 * process, writing them down included.
 */
import type { ChannelView, QualityReport } from '../src/contracts';
import { startApp, type TestApp } from '../test/support/app/app-process';
import { cpuSecondsOf } from './support/process-cpu';

const REPORTS = 6_000;
/** Before those that count. */
const WARM_UP = 1_000;
/** Requests at once. */
const AT_ONCE = 16;
/** A user may send 30 a minute. */
const USERS = 500;
const CHANNELS = 20;

export async function run(): Promise<Record<string, unknown>> {
  const app = await startApp({
    LOG_LEVEL: 'warn',
    RATE_LIMIT_ADDRESS_PER_MINUTE: '0',
  });
  try {
    const host = await app.token('host', 'Host');
    const ids: string[] = [];
    for (let i = 0; i < CHANNELS; i++) {
      ids.push((await app.api<ChannelView>('POST', '/v1/channels', { title: 'Bench' }, host)).body.id);
    }
    const tokens = await Promise.all(
      Array.from({ length: USERS }, (_, i) => app.token(`viewer-${i}`, 'Viewer')),
    );
    await send(app, { ids, tokens, count: WARM_UP });
    const before = cpuSecondsOf(app.pid);
    const began = performance.now();
    await send(app, { ids, tokens, count: REPORTS });
    const seconds = (performance.now() - began) / 1000;
    const cpuMs = (cpuSecondsOf(app.pid) - before) * 1000;
    return {
      reportsPerSecond: Math.round(REPORTS / seconds),
      apiCpuMsPerReport: Math.round((cpuMs / REPORTS) * 1000) / 1000,
    };
  } finally {
    await app.stop();
  }
}

/** @throws Error where one isn't taken */
async function send(
  app: TestApp,
  { ids, tokens, count }: { ids: string[]; tokens: string[]; count: number },
): Promise<void> {
  let sent = 0;
  const player = async () => {
    while (sent < count) {
      const i = sent++;
      const path = `/v1/channels/${ids[i % ids.length]}/quality`;
      const { status, text } = await app.api('POST', path, reportOf(i), tokens[i % tokens.length]);
      if (status !== 204) throw new Error(`${status} ${text}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, player));
}

function reportOf(i: number): QualityReport {
  const stalls = i % 10 === 0 ? 1 : 0;
  return {
    ...{ protocol: i % 3 === 0 ? 'hls' : 'flv', playedMs: 15_000, stalls, stalledMs: stalls * 300 },
    ...{ startMs: 300 + (i % 700), latencyMs: 600 + (i % 900), handOvers: [] },
  };
}
