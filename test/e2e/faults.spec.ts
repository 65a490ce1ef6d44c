/**
 * A co-hosting on two APIs, two media nodes and two mix workers, which are killed and stopped while somebody watches and
 * somebody asks for things. How long viewers wait for the next picture is measured by `npm run bench -- faults`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Clerk } from '../support/cluster/clerk';
import { Cluster, type ClusterNode } from '../support/cluster/cluster';
import { type Fault, FAULTS } from '../support/cluster/faults';
import { Ordeal } from '../support/cluster/ordeal';
import { Show } from '../support/cluster/show';

jest.setTimeout(180_000);

/** Longer than it takes control to give up a node. */
const PARTED_MS = 12_000;
/** One of each kind; all of them by `npm run bench -- faults`. */
const CHOSEN = [
  'API 1 killed',
  'worker with the mix killed',
  'worker with the mix stopped for 8 s',
  'mixer killed',
  'mixer stopped for 8 s',
  'media node of the call killed',
  'Postgres killed',
  'Postgres stopped for 8 s',
];

let cluster: Cluster;
let show: Show;
let clerk: Clerk;
let ordeal: Ordeal;

beforeAll(async () => {
  cluster = await Cluster.start({ apis: 2, nodes: 2, workers: 2 });
  show = await Show.start(cluster);
  clerk = await Clerk.start(cluster);
  ordeal = new Ordeal(cluster, show, clerk);
});
afterAll(async () => {
  await show?.stop();
  await cluster?.stop();
});

describe('viewers of a co-hosting stay connected, and no mixer is replaced without need, when', () => {
  it.each(CHOSEN)('%s', async (name) => {
    const fault = FAULTS.find((known) => known.name === name)!;
    const toll = await ordeal.undergo(fault);
    expect(toll).toMatchObject({ error: '', disconnects: 0 });
    expect(toll.attempts).toBeLessThanOrEqual(fault.attempts);
    expect((await show.session())?.id).toBe(show.sessionId);
  });
});

describe('between control and a media node', () => {
  const parted = (name: string, part: (node: ClusterNode) => void): Fault => ({
    name,
    attempts: 0,
    strike: async () => {
      const busy = await show.node();
      part(busy);
      await delay(PARTED_MS);
      for (const link of [...busy.up, busy.down]) link.heal();
    },
  });

  it.each([
    parted('only reports are lost', ({ up }) => up.forEach((link) => link.part())),
    parted('only calls are lost', ({ down }) => down.part()),
  ])('$name: nothing moves', async (fault) => {
    const before = await show.node();
    const joins = show.members.map((member) => member.joins);
    expect(await ordeal.undergo(fault)).toMatchObject({ error: '', disconnects: 0, attempts: 0 });
    expect(await show.node()).toBe(before);
    expect(show.members.map((member) => member.joins)).toEqual(joins);
  });

  it('nothing comes through: the show goes on at the other one', async () => {
    const before = await show.node();
    const fault = parted('a partition', ({ up, down }) => [...up, down].forEach((link) => link.part()));
    expect(await ordeal.undergo(fault)).toMatchObject({ error: '', disconnects: 0, attempts: 0 });
    expect(await show.node()).not.toBe(before);
    expect((await show.session())?.id).toBe(show.sessionId);
  });
});

it('nothing that was accepted is lost, or there twice', async () => {
  expect(await clerk.lost()).toEqual([]);
  expect(clerk.asked).toBeGreaterThan(CHOSEN.length);
});
