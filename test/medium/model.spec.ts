/**
 * The rules of the house under random interleavings (fast-check): two API processes, people who do everything at once,
 * time that runs out, mixers that fail, processes that are killed between a commit and what was to follow.
 */
import fc from 'fast-check';
import { commands, type Model } from '../support/model/commands';
import { Run } from '../support/model/run';
import { everybodyVanishes } from '../support/model/time';
import { World } from '../support/model/world';

jest.mock('../../src/mixing/worker/mixer-spare', () =>
  jest.requireActual<object>('../support/played-mixers'),
);

/** More of them: MODEL_RUNS; the same again: MODEL_SEED (CONTRIBUTING.md). */
const runs = Number(process.env.MODEL_RUNS ?? 8);
const seed = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 31);

jest.setTimeout(60_000 + runs * 30_000);

let world: World;
beforeAll(async () => {
  world = await World.start();
}, 60_000);
afterAll(() => world?.end(), 60_000);

it('keeps its invariants, and comes to rest, whatever happens at once', async () => {
  const model: Model = { commands: 0 };
  let nth = 0;
  const property = fc.asyncProperty(commands, async (all) => {
    const run = await Run.begin(world, `r${++nth}`);
    await fc.asyncModelRun(() => ({ model, real: run }), all);
    await everybodyVanishes(run);
    await world.forget();
  });
  await fc.assert(property, { seed, numRuns: runs, endOnFailure: true });
  // Runs differ in length; too few commands would say little.
  expect(model.commands).toBeGreaterThan(runs * 100);
});
