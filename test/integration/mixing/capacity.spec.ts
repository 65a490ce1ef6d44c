/** Mixers of different sizes: each takes what fits, by what mixes cost, and the rest waits in its order. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ListView, MixerView, MixTaskView, ProblemDetails } from '../../../src/contracts';
import { MixersService } from '../../../src/mixing/mixers/mixers.service';
import { MixTaskChanged, type MixTaskRecord } from '../../../src/mixing';
import { MixTaskRepository } from '../../../src/mixing/task/mix-task.repository';
import { METRICS } from '../../../src/platform/common';
import { prepareDatabase, type TestDatabase } from '../../support/database/test-database';
import { endWorker, MixingFixture, output } from '../../support/fixtures/mixing-fixture';
import { until } from '../../support/waiting/until';

/** Worker processes compile the rooms first. */
jest.setTimeout(120_000);

/** Expected to take about 0.14 and 0.99 cores, and to be measured as 0.125 and 1. */
const SMALL = { background: '#cc007d' };
const LARGE = { background: '#cc03e8', size: { ...output, width: 1920, height: 1080, fps: 30 } };

let database: TestDatabase;
let mixing: MixingFixture;
let workers: ChildProcess[];
let owners = 0;
beforeAll(async () => {
  database = await prepareDatabase();
  mixing = new MixingFixture(database);
});
afterAll(() => database.drop());
beforeEach(async () => {
  workers = [];
  await mixing.start();
});
afterEach(async () => {
  for (const worker of workers) if (worker.connected) await endWorker(worker);
  await mixing.api.sql(`UPDATE mix_tasks SET state = 'stopped' WHERE state NOT IN ('stopped', 'failed')`);
  await mixing.api.sql('DELETE FROM bullmq.job');
  await mixing.api.stop();
});

const host = async (MIXER_CORES: number): Promise<ChildProcess> => {
  const worker = await mixing.startWorker({ MIXER_CORES });
  workers.push(worker);
  return worker;
};
const begin = (wanted: Parameters<MixingFixture['beginFor']>[1], owner = `owner-${++owners}`) =>
  mixing.beginFor(owner, wanted);
const run = async (wanted: Parameters<MixingFixture['beginFor']>[1]): Promise<MixTaskRecord> => {
  const task = await begin(wanted);
  await mixing.running(task.id);
  return task;
};
const waits = ({ id }: MixTaskRecord) =>
  until(
    async () => (await mixing.read(id)).error === 'mixers_busy' && (await mixing.read(id)).begunAt === null,
  );
const mixers = async (): Promise<MixerView[]> =>
  (await mixing.api.as<ListView<MixerView>>('admin', 'GET', 'mixers')).body.items;

describe('two mixer hosts', () => {
  it('of different size take what fits; what fits on neither waits, and runs when there is room', async () => {
    const small = await host(0.3);
    const one = await run(SMALL);
    const large = await host(2.2);
    const tasks = [await run(LARGE), await run(LARGE)];
    for (const { id } of tasks) expect((await mixing.workerOf(id, workers))[0]).toBe(large);
    const third = await begin(LARGE);
    await waits(third);
    expect((await mixers()).map(({ cores, running }) => [cores, running]).sort()).toEqual([
      [0.3, 1],
      [2.2, 2],
    ]);
    await mixing.end(tasks[0]!.id);
    await mixing.running(third.id);
    expect((await mixing.workerOf(third.id, workers))[0]).toBe(large);
    expect(await mixing.read(third.id)).toMatchObject({ attempt: 1, error: null });
    // Nothing has room for it but a host without another mix, however small that host is.
    const fourth = await begin(LARGE);
    await waits(fourth);
    await mixing.end(one.id);
    await mixing.running(fourth.id);
    expect((await mixing.workerOf(fourth.id, workers))[0]).toBe(small);
  });

  it('take what a killed one had before what is new, as far as it fits', async () => {
    await host(0.3);
    const first = await run(SMALL);
    const second = await run(SMALL);
    await host(0.3);
    const third = await run(SMALL);
    const [lost] = await mixing.workerOf(third.id, workers);
    const [full] = await mixing.workerOf(first.id, workers);
    expect(full).not.toBe(lost);
    const exited = once(lost, 'exit');
    lost.kill('SIGKILL');
    await exited;
    await until(async () => (await mixing.read(third.id)).error === 'mixers_busy');
    expect(await mixing.read(third.id)).toMatchObject({ state: 'retrying', attempt: 1 });
    expect(await mixers()).toMatchObject([{ cores: 0.3, running: 2 }]);
    const late = await begin(SMALL);
    await waits(late);
    await mixing.end(second.id);
    await mixing.running(third.id, 2);
    expect(await mixing.read(late.id)).toMatchObject({ state: 'queued', error: 'mixers_busy' });
    // One that waits is stopped without room, whether it ever ran or not.
    await mixing.end(late.id);
  });
});

describe('one mixer host', () => {
  it('takes what waits in its order: who has no other mix, then who has, then conferences that are watched', async () => {
    await host(0.2);
    const running = await begin(SMALL, 'ann');
    await mixing.running(running.id);
    const bypass = await begin({ ...SMALL, type: 'bypass' });
    await waits(bypass);
    const another = await begin(SMALL, 'ann');
    await waits(another);
    const [bea, cem] = [await begin(SMALL, 'bea'), await begin(SMALL, 'cem')];
    for (const task of [bea, cem]) await waits(task);
    let now = running;
    for (const next of [bea, cem, another, bypass]) {
      await mixing.end(now.id);
      await mixing.running(next.id);
      const all = await Promise.all([bea, cem, another, bypass].map(({ id }) => mixing.read(id)));
      expect(all.filter(({ state }) => state === 'running').map(({ id }) => id)).toEqual([next.id]);
      now = next;
    }
  });

  it('takes no more while its mixes cost more than was expected, and does again when they cost less', async () => {
    await host(0.6);
    const first = await run({ background: '#cc0258' });
    await until(async () => ((await mixing.read(first.id)).cores ?? 0) > 0.5);
    const second = await begin(SMALL);
    await waits(second);
    expect(await mixing.read(first.id)).toMatchObject({ state: 'running', attempt: 1 });
    const { layout } = await mixing.read(first.id);
    await mixing.facade.update(first.id, { layout: { ...layout, background: '#cc0032' } });
    await mixing.running(second.id);
    expect((await mixing.read(first.id)).cores).toBeLessThan(0.5);
  });

  it('goes on with a task that waits when its stop is wanted, though it is full', async () => {
    await host(0.2);
    await run(SMALL);
    const waiting = await begin(SMALL);
    await waits(waiting);
    await mixing.api.sql(`UPDATE mix_tasks SET state = 'retrying', attempt = 1 WHERE id = $1`, [waiting.id]);
    await mixing.end(waiting.id);
  });
});

describe('what is free', () => {
  it('is shown to admins, by host, and in the metrics', async () => {
    await host(1);
    await host(2);
    const task = await run(SMALL);
    await until(async () => (await mixing.read(task.id)).cores !== null);
    const shown = await mixers();
    expect(shown).toHaveLength(2);
    const busy = shown.find(({ running }) => running === 1)!;
    expect(busy.slots).toBe(16);
    expect(busy.coresFree).toBeCloseTo(busy.cores - busy.coresUsed);
    expect(busy.coresUsed).toBeGreaterThan(0.1);
    expect(busy.coresUsed).toBeLessThan(0.15);
    expect(shown.find(({ running }) => running === 0)).toMatchObject({ coresUsed: 0 });

    const page = await mixing.api.as<ListView<MixerView>>('admin', 'GET', 'mixers?limit=1');
    const rest = `mixers?cursor=${page.body.nextCursor}`;
    const more = await mixing.api.as<ListView<MixerView>>('admin', 'GET', rest);
    expect([...page.body.items, ...more.body.items].map(({ id }) => id)).toEqual(shown.map(({ id }) => id));
    expect(more.body.nextCursor).toBeNull();
    expect(await mixing.api.as<ProblemDetails>('host', 'GET', 'mixers')).toMatchObject({
      ...{ status: 403, body: { code: 'not_allowed' } },
    });

    const metrics = await mixing.api.get(MixersService)[METRICS]();
    const free = metrics.find(({ name }) => name === 'lianmai_mixer_cores_free')!;
    expect(free.values.map(({ labels }) => labels!.mixer).sort()).toEqual(shown.map(({ id }) => id).sort());
    expect(free.values.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(3 - busy.coresUsed, 1);
  });
});

it('a mix that is too busy says what it does without: in its task, to the host, and as a metric', async () => {
  await host(4);
  const heard: string[] = [];
  mixing.api.bus.on(MixTaskChanged, ({ task }) => void heard.push(task.relief.join()));
  const { id } = await run({ background: '#b00500' });
  await until(async () => (await mixing.read(id)).relief.length > 0);
  const view = (await mixing.api.as<MixTaskView>('admin', 'GET', `mix-tasks/${id}`)).body;
  expect(view.relief).toEqual(['preset', 'frame-rate']);
  expect(heard).toContain('preset,frame-rate');
  const relieved = async () => {
    const metrics = await mixing.api.get(MixTaskRepository)[METRICS]();
    return metrics.find(({ name }) => name === 'lianmai_mix_tasks_relieved')?.values[0]?.value;
  };
  expect(await relieved()).toBe(1);
  await mixing.api.as('admin', 'PATCH', `mix-tasks/${id}`, {
    layout: { kind: 'grid', fit: 'crop', background: '#000000' },
  });
  await until(async () => (await mixing.read(id)).relief.length === 0);
  expect(await relieved()).toBe(0);
});
