/**
 * A co-hosting on two APIs, two media nodes and two mix workers on one Postgres, which are killed and stopped one after the
 * other, in random order and at random moments, while somebody watches and somebody asks for things.
 *
 *   npm run bench -- faults [rounds] [seed] [parts of faults' names, comma separated]
 *
 * `disconnects`: of viewers whose media node lives. `worstGapMs`: between two pictures, where their node lives and isn't
 * stopped. `needlessRestarts`: of mixers. `lostState`: what was accepted and isn't there, or is there twice, and sessions
 * that are another one or over. With a redis-server on the PATH the queues are in it; as
 * root Postgres has a disk of its own, which is filled. Each round's figures go to stderr.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Clerk } from '../test/support/cluster/clerk';
import { Cluster } from '../test/support/cluster/cluster';
import { type Fault, FAULTS } from '../test/support/cluster/faults';
import { Ordeal } from '../test/support/cluster/ordeal';
import { RedisServer } from '../test/support/cluster/redis-server';
import { seededRandom } from '../test/support/property/seeded-random';
import { Show } from '../test/support/cluster/show';

const MAX_WAIT_MS = 3000;

export async function run([given, seedGiven, parts]: string[]): Promise<Record<string, unknown>> {
  const seed = Number(seedGiven ?? Date.now() % 100_000);
  const random = seededRandom(seed);
  const redis = RedisServer.program();
  const cluster = await Cluster.start({ apis: 2, nodes: 2, workers: 2, redis });
  const { hasDisk } = cluster.database;
  const faults = FAULTS.filter(({ needsRedis }) => redis !== null || !needsRedis)
    .filter(({ needsDisk }) => hasDisk || !needsDisk)
    .filter(({ name }) => !parts || parts.split(',').some((part) => name.includes(part)));
  const rounds = Number(given ?? faults.length);
  try {
    const ordeal = new Ordeal(cluster, await Show.start(cluster), await Clerk.start(cluster));
    for (const fault of order(faults, rounds, random)) {
      await delay(random() * MAX_WAIT_MS);
      console.error(JSON.stringify(await ordeal.undergo(fault)));
    }
    return { rounds, seed, redis: redis !== null, disk: hasDisk, ...(await ordeal.end()) };
  } finally {
    await cluster.stop();
  }
}

/** Every fault as often as every other, shuffled. */
function order(faults: Fault[], rounds: number, random: () => number): Fault[] {
  const left: Fault[] = [];
  return Array.from({ length: rounds }, () => {
    if (left.length === 0) left.push(...faults);
    return left.splice(Math.floor(random() * left.length), 1)[0]!;
  });
}
