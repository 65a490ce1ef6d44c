import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { posix } from 'node:path';

const ROOT = '/sys/fs/cgroup';

/** The text of a file; null where there is none. */
type Read = (path: string) => string | null;

/**
 * CPU cores that this process may use, in fractions: those it may run on, or less where its control group (a container, a
 * unit of systemd) or one above it has a quota. Node's own count knows no quota.
 */
export function usableCores(read: Read = readText, cores = availableParallelism()): number {
  return Math.min(cores, ...quotas(read));
}

/** Linux, cgroup-v2.rst "cpu.max" and sched-bwc.rst: how much of each period, in cores; without a limit none. */
function quotas(read: Read): number[] {
  const groups = (read('/proc/self/cgroup') ?? '').split('\n').map((line) => line.split(':'));
  const unified = groups.find(([id]) => id === '0')?.[2] ?? '/';
  const v1 = groups.find(([, controllers]) => controllers?.split(',').includes('cpu'))?.[2] ?? '/';
  return [
    ...upwards(unified).map((path) => (read(`${ROOT}${path}/cpu.max`) ?? '').split(' ')),
    ...upwards(v1).map((path) =>
      ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((file) => read(`${ROOT}/cpu${path}/${file}`) ?? ''),
    ),
  ]
    .map(([quota, period]) => Number(quota) / Number(period))
    .filter((share) => Number.isFinite(share) && share > 0);
}

/** `/a/b` → `/a/b`, `/a` and the root, which is '' */
function upwards(path: string): string[] {
  const all: string[] = [];
  for (let at = posix.resolve('/', path); at !== '/'; at = posix.dirname(at)) all.push(at);
  return [...all, ''];
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
