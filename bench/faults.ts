/**
 * A co-hosting on two APIs, two media nodes and two mix workers, one Postgres, all of which are killed and stopped, one
 * after the other in random order and at random moments, while somebody watches and others ask for things.
 *
 *   npm run bench -- faults [rounds] [seed] [part of a fault's name]
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from '../test/support/cluster/cluster';
import { type Fault, faultsOf } from '../test/support/cluster/faults';
import { Show } from '../test/support/cluster/show';

const MAX_WAIT_MS = 3000;

export async function run([rounds, , part = '']: string[]): Promise<Record<string, unknown>> {
  const cluster = await Cluster.start({ apis: 2, nodes: 2, workers: 2 });
  try {
    const show = await Show.start(cluster);
    const faults = faultsOf(await show.node()).filter(({ name }) => name.includes(part));
    const count = Number(rounds ?? faults.length);
    for (let round = 0; round < count; round++) {
      await strike(cluster, show, faults[round % faults.length]!);
    }
    await show.stop();
    return { rounds: count };
  } finally {
    await cluster.stop();
  }
}

async function strike(cluster: Cluster, show: Show, fault: Fault): Promise<void> {
  await delay(Math.random() * MAX_WAIT_MS);
  const before = await show.mixTask();
  const { disconnects } = show.viewer;
  const from = performance.now();
  let error = '';
  try {
    await fault.strike(cluster);
    await show.steady();
  } catch (err) {
    error = String(err);
  }
  const after = await show.mixTask();
  console.error(
    JSON.stringify({
      fault: fault.name,
      gapMs: Math.round(show.viewer.largestGapSince(from)),
      tookMs: Math.round(performance.now() - from),
      attempts: after.attempt - before.attempt,
      disconnects: show.viewer.disconnects - disconnects,
      joins: show.members.map(({ joins }) => joins),
      error,
    }),
  );
}
