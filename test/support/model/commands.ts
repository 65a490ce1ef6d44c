import fc, { type AsyncCommand } from 'fast-check';
import { setTimeout as delay } from 'node:timers/promises';
import type { CutAt } from '../database/database-proxy';
import { type ActionName, ACTIONS, type Scene, WEIGHTS } from './actions';
import { CHANNELS, PEOPLE, type Run } from './run';
import { type Clock, clocks, timePasses } from './time';
import { LOOK_MS } from './world';

/** What the model knows beforehand; how races end it doesn't, so that it holds invariants against what comes about. */
export interface Model {
  commands: number;
}
type Command = AsyncCommand<Model, Run>;
type Step = Scene & { action: ActionName };

const step: fc.Arbitrary<Step> = fc.record({
  action: fc.oneof(
    ...(Object.keys(ACTIONS) as ActionName[]).map((name) => ({
      weight: WEIGHTS[name] ?? 1,
      arbitrary: fc.constant(name),
    })),
  ),
  channel: fc.nat({ max: CHANNELS - 1 }),
  who: fc.nat({ max: PEOPLE - 1 }),
  pick: fc.nat({ max: 11 }),
  yes: fc.boolean(),
});
/** More than there are connections to the database. */
const rush = fc.array(step, { minLength: 40, maxLength: 60, size: 'max' });
const steps = fc.array(step, { minLength: 8, maxLength: 20, size: 'max' });

/** Steps that begin in the same moment; then all comes to rest. */
class AtOnce implements Command {
  constructor(protected readonly steps: readonly Step[]) {}

  check(): boolean {
    return true;
  }

  async run(model: Model, run: Run): Promise<void> {
    run.world.note('---', this.toString());
    model.commands += this.steps.length;
    let done = false;
    const all = Promise.all(this.steps.map((one) => ACTIONS[one.action](run, one))).finally(
      () => (done = true),
    );
    while (!done) {
      await run.world.check();
      await Promise.race([all, delay(LOOK_MS)]);
    }
    await all;
    await run.world.rest();
  }

  toString(): string {
    return this.steps
      .map(({ action, channel, who, pick, yes }) => `${action}(${channel},${who},${pick},${yes})`)
      .join(' ');
  }
}

/** One of the processes is killed in the middle of it, and starts again. */
class Killed extends AtOnce {
  constructor(
    steps: readonly Step[],
    private readonly which: number,
    private readonly commits: number,
    private readonly at: CutAt,
  ) {
    super(steps);
  }

  override async run(model: Model, run: Run): Promise<void> {
    const { world } = run;
    run.world.note('---', this.toString());
    model.commands += this.steps.length + 1;
    const api = world.apis[this.which]!;
    api.killAt(this.commits, this.at);
    await Promise.all(this.steps.map((one) => ACTIONS[one.action](run, one)));
    api.kill();
    await world.revive();
    await world.rest();
  }

  override toString(): string {
    return `killed ${this.which} ${this.at} ${this.commits}: ${super.toString()}`;
  }
}

/** A process loses all its connections to the database for a moment. */
class Cut extends AtOnce {
  constructor(
    steps: readonly Step[],
    private readonly which: number,
    private readonly commits: number,
    private readonly at: CutAt,
  ) {
    super(steps);
  }

  override async run(model: Model, run: Run): Promise<void> {
    const { world } = run;
    run.world.note('---', this.toString());
    model.commands += this.steps.length + 1;
    const { proxy } = world.apis[this.which]!;
    proxy.cutAtNth(this.commits, this.at, () => world.note('connections cut'));
    await Promise.all(this.steps.map((one) => ACTIONS[one.action](run, one)));
    proxy.disarm();
    // Requests that were cut off may fail.
    world.faults.splice(0);
    await world.rest();
  }

  override toString(): string {
    return `cut ${this.which} ${this.at} ${this.commits}: ${super.toString()}`;
  }
}

class TimePasses implements Command {
  constructor(private readonly which: readonly Clock[]) {}

  check(): boolean {
    return true;
  }

  async run(model: Model, run: Run): Promise<void> {
    model.commands += this.which.length;
    await timePasses(run, this.which);
    await run.world.rest();
  }

  toString(): string {
    return `time passes: ${this.which.join()}`;
  }
}

const which = fc.nat({ max: 1 });
const commits = fc.integer({ min: 1, max: 14 });
const at = fc.constantFrom<CutAt>('before-commit', 'after-commit');

/** Weighted by how often they are named. */
export const commands = fc.commands<Model, Run, false>(
  [
    ...Array.from({ length: 14 }, () => steps.map((all) => new AtOnce(all))),
    ...Array.from({ length: 4 }, () =>
      fc
        .uniqueArray(fc.constantFrom(...clocks), { minLength: 1, maxLength: 3 })
        .map((all) => new TimePasses(all)),
    ),
    rush.map((all) => new AtOnce(all)),
    fc.tuple(steps, which, commits, at).map((given) => new Killed(...given)),
    fc.tuple(steps, which, commits, at).map((given) => new Cut(...given)),
  ],
  { maxCommands: 30, size: 'max' },
);
