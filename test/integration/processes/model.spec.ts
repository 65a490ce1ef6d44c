/**
 * The rules of the house under random interleavings (fast-check): two API processes, people who do everything at once,
 * time that runs out, mixers that fail, processes that are killed between a commit and what was to follow.
 */
import fc from 'fast-check';
import { commands, type Model } from '../../support/model/commands';
import { Run } from '../../support/model/run';
import { everybodyVanishes } from '../../support/model/time';
import { World } from '../../support/model/world';

jest.mock('../../../src/mixing/worker/mixer-spare', () =>
  jest.requireActual<object>('../../support/fakes/fake-mixers'),
);

/** More of them: MODEL_COMMANDS; the same again: MODEL_SEED (CONTRIBUTING.md). */
const wanted = Number(process.env.MODEL_COMMANDS ?? 1200);
const seed = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 31);

/** On a quiet machine they take 30 ms each. */
jest.setTimeout(60_000 + wanted * 400);

/** Of one seed. */
const RUNS = 3;

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
  // Runs differ in length: it is the commands that count.
  for (let next = seed; model.commands < wanted; next++) {
    await fc.assert(property, { seed: next, numRuns: RUNS, endOnFailure: true });
  }
  expect(model.commands).toBeGreaterThanOrEqual(wanted);
});
