import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from './cluster';
import type { Show } from './show';
import type { SupervisedProcess } from './supervised-process';

/** What may happen to a cluster that runs a show, and what it may cost. */
export interface Fault {
  name: string;
  /** Resolves when the cause is over: the process is started again or goes on. */
  strike(cluster: Cluster, show: Show): Promise<void>;
  /** Attempts of the mix that it justifies. */
  attempts: number;
  /** The media node that it takes away. Viewers who are on it may be disconnected, and wait for it. */
  takes?: 'node of the channel' | 'node of the call';
  /** Only where the queues are in Redis. */
  needsRedis?: boolean;
  /** Only where Postgres has a disk of its own, which root may mount. */
  needsDisk?: boolean;
}

const PAUSES_MS = [2000, 8000, 20_000];
/** Paused for longer, a process is given up. */
const PATIENCE_MS = 10_000;

/** As many processes as twice the cores, each of which takes all it gets. */
async function hogCpu(ms: number): Promise<void> {
  const hogs = Array.from({ length: 2 * availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore', env: {} }),
  );
  await delay(ms);
  const exited = hogs.map((hog) => once(hog, 'exit'));
  for (const hog of hogs) hog.kill('SIGKILL');
  await Promise.all(exited);
}

/** The process can open nothing more, and somebody goes on connecting to it. Linux. */
async function withoutDescriptors({ pid, env }: SupervisedProcess, ms: number): Promise<void> {
  const open = readdirSync(`/proc/${pid}/fd`).length;
  const limit = (soft: number) =>
    execFileSync('prlimit', ['--pid', `${pid}`, `--nofile=${soft}:`], { stdio: 'pipe' });
  const before = /Max open files\s+(\d+)/.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1];
  limit(open);
  const ports = [env.HTTP_PORT, env.MEDIA_HTTP_PORT, env.RTMP_PORT].filter((port) => port !== undefined);
  const callers = ports.flatMap((port) =>
    Array.from({ length: 20 }, () => connect(Number(port), '127.0.0.1').on('error', () => undefined)),
  );
  await delay(ms);
  for (const caller of callers) caller.destroy();
  limit(Number(before));
}

interface Pausable {
  pause(): void;
  resume(): void;
}

async function pauseFor(process: Pausable, ms: number): Promise<void> {
  process.pause();
  await delay(ms);
  process.resume();
}

function killed(process: SupervisedProcess): void {
  process.kill();
}

type Choice = (cluster: Cluster, show: Show) => Promise<SupervisedProcess> | SupervisedProcess;

function ofProcess(
  name: string,
  pick: Choice,
  costs: (pauseMs: number) => Pick<Fault, 'attempts' | 'takes'>,
): Fault[] {
  return [
    { name: `${name} killed`, strike: async (...now) => killed(await pick(...now)), ...costs(Infinity) },
    ...PAUSES_MS.map((ms) => ({
      name: `${name} stopped for ${ms / 1000} s`,
      strike: async (...now: [Cluster, Show]) => pauseFor(await pick(...now), ms),
      ...costs(ms),
    })),
  ];
}

function mixer(cluster: Cluster): Pausable {
  const { pid } = cluster.mixerAtWork();
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(pid, name);
    } catch {
      // It was replaced.
    }
  };
  return { pause: () => signal('SIGSTOP'), resume: () => signal('SIGCONT') };
}

const nothing = () => ({ attempts: 0 });
const taking = (takes: Fault['takes']) => (ms: number) => ({ attempts: 0, ...(ms > 2000 ? { takes } : {}) });

export const FAULTS: Fault[] = [
  ...ofProcess('API 1', ({ apis }) => apis[0]!, nothing),
  ...ofProcess('API 2', ({ apis }) => apis[1]!, nothing),
  ...ofProcess(
    'worker with the mix',
    (cluster) => cluster.mixerAtWork().worker,
    (ms) => ({
      attempts: ms > PATIENCE_MS ? 1 : 0,
    }),
  ),
  ...ofProcess(
    'media node of the channel',
    async (_, show) => (await show.node()).process,
    taking('node of the channel'),
  ),
  ...ofProcess('media node of the call', (_, show) => show.callNode().process, taking('node of the call')),
  {
    name: 'mixer killed',
    strike: async (cluster) => {
      process.kill(cluster.mixerAtWork().pid, 'SIGKILL');
      await Promise.resolve();
    },
    attempts: 1,
  },
  ...PAUSES_MS.map((ms) => ({
    name: `mixer stopped for ${ms / 1000} s`,
    strike: (cluster: Cluster) => pauseFor(mixer(cluster), ms),
    attempts: 1,
  })),
  ...(
    [
      ['API 1', ({ apis }) => apis[0]!],
      ['media node of the channel', async (_, show) => (await show.node()).process],
      ['worker with the mix', (cluster) => cluster.mixerAtWork().worker],
    ] as [string, Choice][]
  ).map(([name, pick]) => ({
    name: `${name} without descriptors for 8 s`,
    strike: async (...now: [Cluster, Show]) => withoutDescriptors(await pick(...now), 8000),
    attempts: 0,
  })),
  { name: 'CPU taken by others for 60 s', strike: () => hogCpu(60_000), attempts: 1 },
  {
    name: 'disk of Postgres full for 8 s',
    strike: ({ database }) => database.fillDisk(8000),
    ...{ attempts: 0, needsDisk: true },
  },
  { name: 'Postgres restarted', strike: ({ database }) => database.restart(), attempts: 0 },
  { name: 'Postgres killed', strike: ({ database }) => database.crash(), attempts: 0 },
  ...PAUSES_MS.map((ms) => ({
    name: `Postgres stopped for ${ms / 1000} s`,
    strike: ({ database }: Cluster) => pauseFor(database, ms),
    attempts: 0,
  })),
  ...(['SIGTERM', 'SIGKILL'] as const).map((signal) => ({
    name: signal === 'SIGTERM' ? 'Redis restarted' : 'Redis killed',
    strike: ({ redis }: Cluster) => redis!.restart(signal),
    ...{ attempts: 0, needsRedis: true },
  })),
  ...PAUSES_MS.map((ms) => ({
    name: `Redis stopped for ${ms / 1000} s`,
    strike: ({ redis }: Cluster) => pauseFor(redis!, ms),
    ...{ attempts: 0, needsRedis: true },
  })),
];
