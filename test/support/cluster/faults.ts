import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, ClusterNode } from './cluster';
import type { SupervisedProcess } from './supervised-process';

/** What may happen to a cluster that runs a show, and what it may cost. */
export interface Fault {
  name: string;
  /** Resolves when the cause is over: the process is started again or goes on. */
  strike(cluster: Cluster): Promise<void>;
  /** Attempts of the mix that it justifies. */
  attempts: number;
  /** The viewers' own media node is hit: they may be disconnected, and wait for it. */
  hitsNode?: boolean;
}

const PAUSES_MS = [2000, 8000, 20_000];
/** Paused for longer, a process is given up. */
const PATIENCE_MS = 10_000;

interface Pausable {
  pause(): void;
  resume(): void;
}

async function pauseFor(process: Pausable, ms: number): Promise<void> {
  process.pause();
  await delay(ms);
  process.resume();
}

async function killed(process: SupervisedProcess): Promise<void> {
  process.kill();
  await Promise.resolve();
}

function ofProcess(
  name: string,
  pick: (cluster: Cluster) => SupervisedProcess,
  costs: (pauseMs: number) => Pick<Fault, 'attempts' | 'hitsNode'>,
): Fault[] {
  return [
    { name: `${name} killed`, strike: (cluster) => killed(pick(cluster)), ...costs(Infinity) },
    ...PAUSES_MS.map((ms) => ({
      name: `${name} stopped for ${ms / 1000} s`,
      strike: (cluster: Cluster) => pauseFor(pick(cluster), ms),
      ...costs(ms),
    })),
  ];
}

/** Where the show isn't: killing it may cost nothing. */
function idleNode(cluster: Cluster, busy: ClusterNode): SupervisedProcess {
  return (cluster.nodes.find((node) => node !== busy) ?? busy).process;
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

/** @param busy the media node of the show */
export function faultsOf(busy: ClusterNode): Fault[] {
  const nothing = () => ({ attempts: 0 });
  return [
    ...ofProcess('API 1', ({ apis }) => apis[0]!, nothing),
    ...ofProcess('API 2', ({ apis }) => apis[1]!, nothing),
    ...ofProcess('worker with the mix', (cluster) => cluster.mixerAtWork().worker, (ms) => ({
      attempts: ms > PATIENCE_MS ? 1 : 0,
    })),
    ...ofProcess('media node without the show', (cluster) => idleNode(cluster, busy), nothing),
    ...ofProcess('media node of the show', () => busy.process, (ms) => ({
      attempts: Infinity,
      hitsNode: ms > 2000,
    })),
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
    { name: 'Postgres restarted', strike: ({ database }) => database.restart(), attempts: 0 },
    { name: 'Postgres killed', strike: ({ database }) => database.crash(), attempts: 0 },
    ...PAUSES_MS.map((ms) => ({
      name: `Postgres stopped for ${ms / 1000} s`,
      strike: ({ database }: Cluster) => pauseFor(database, ms),
      attempts: 0,
    })),
  ];
}
