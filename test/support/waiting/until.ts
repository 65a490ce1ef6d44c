import { setTimeout as delay } from 'node:timers/promises';

/** Resolves when `condition` holds; asks every 20 ms. @throws after `timeoutMs` */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${condition.toString()}`);
    await delay(20);
  }
}
