import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

let ticksPerSecond: number | undefined;

/** CPU time of a process so far, user and system, s. @param reaped with that of its children that have ended. Linux. */
export function cpuSecondsOf(pid: number, reaped = false): number {
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  // The name, in brackets, may have spaces (proc_pid_stat(5)).
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const counted = fields.slice(11, reaped ? 15 : 13);
  return counted.reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
}
