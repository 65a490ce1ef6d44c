import { readdirSync, readFileSync } from 'node:fs';

/** Ids of the processes, other than this one, that have `text` in their command line or environment. Linux. */
export function processesNaming(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => names(pid, text));
}

/** Has the process `text` in its command line or environment? Linux. */
export function names(pid: number, text: string): boolean {
  return read(String(pid), 'cmdline').includes(text) || read(String(pid), 'environ').includes(text);
}

/** As it was when the process was started; empty where there is none. Linux. */
export function environmentOf(pid: number): string {
  return read(String(pid), 'environ');
}

/** Ids of the living children of a process, and of theirs. Linux, which keeps children by the thread that made them. */
export function descendantsOf(pid: number): number[] {
  const children = threadsOf(pid).flatMap((thread) => read(`${pid}/task/${thread}`, 'children').split(' '));
  return children
    .filter((child) => child.trim() !== '')
    .map(Number)
    .flatMap((child) => [child, ...descendantsOf(child)]);
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

export function isAlive(pid: number): boolean {
  return read(String(pid), 'cmdline') !== '';
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
