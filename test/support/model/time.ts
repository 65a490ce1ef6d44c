import { UNFINISHED } from '../database/unfinished.sql';
import type { Run } from './run';

/** So often something may run out that began when something else did. */
const ROUNDS = 6;

/** What can run out; the moment at which it does is moved to now. */
const CLOCKS = {
  invitations: `UPDATE invitations SET expires_at = now() WHERE state = 'pending'`,
  connecting: `UPDATE co_host_sessions SET created_at = created_at - interval '2 days' WHERE state = 'connecting'`,
  absent: `UPDATE co_host_sessions SET created_at = created_at - interval '2 days' WHERE state = 'live'`,
  seats: `UPDATE co_host_members SET seated_at = seated_at - interval '2 days' WHERE state = 'invited'`,
  resume: `UPDATE co_host_sessions SET ending_at = ending_at - interval '2 days' WHERE state = 'ending'`,
  grace: `UPDATE conference_members SET grace_deadline = now() WHERE grace_deadline IS NOT NULL`,
  switches: `UPDATE mix_switches SET deadline = now() WHERE state = 'switching'`,
  clientMix: `UPDATE co_host_sessions SET mix_lost_at = mix_lost_at - interval '2 days' WHERE mix_lost_at IS NOT NULL`,
  viewers: `UPDATE bypass_lives SET lease_until = now()`,
  draining: `UPDATE bypass_lives SET draining_at = draining_at - interval '2 days' WHERE state = 'draining'`,
};

export type Clock = keyof typeof CLOCKS;
export const clocks = Object.keys(CLOCKS) as Clock[];

/** These run out now; the round that finds them is due. */
export async function timePasses({ world }: Run, which: readonly Clock[]): Promise<void> {
  world.note('time passes:', which.join());
  for (const clock of which) await world.sql(CLOCKS[clock]);
  await Promise.all(world.apis.filter(({ alive }) => alive).map((api) => api.sweep()));
}

/** Everybody's devices lose their connections, and nobody does anything more: by time-outs alone all comes to its end. */
export async function everybodyVanishes(run: Run): Promise<void> {
  const { world } = run;
  world.note('--- everybody vanishes');
  await world.node.vanish();
  let left: { what: string }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await timePasses(run, clocks);
    await world.rest();
    left = await world.sql<{ what: string }>(UNFINISHED);
    if (left.length === 0) return;
    world.note('left:', left.map(({ what }) => what).join('; '));
  }
  world.fail(left.map(({ what }) => `left when all time is over: ${what}`));
}
