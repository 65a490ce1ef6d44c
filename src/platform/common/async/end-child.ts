import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** How long a child may take to end by itself, ms. */
const STOP_TIMEOUT_MS = 5_000;

/**
 * Asks a child process to end, and resolves when it has: one that takes too long is killed. Idempotent.
 * @param ask what tells it to end
 */
export async function endChild(
  child: ChildProcess,
  ask: (child: ChildProcess) => unknown,
  timeoutMs = STOP_TIMEOUT_MS,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const force = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  ask(child);
  await exited;
  clearTimeout(force);
}
