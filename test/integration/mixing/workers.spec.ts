/** Whose a mix task is, whatever becomes of the processes that want it. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { MixingWorkerModule } from '../../../src/mixing';
import { prepareDatabase, type TestDatabase } from '../../support/database/test-database';
import { endWorker, isAlive, MixingFixture, seats } from '../../support/fixtures/mixing-fixture';
import { until } from '../../support/waiting/until';

/** Worker processes compile the rooms first, and are stopped for 80 s in all. */
jest.setTimeout(240_000);

let database: TestDatabase;
let mixing: MixingFixture;
beforeAll(async () => {
  database = await prepareDatabase();
  mixing = new MixingFixture(database);
});
afterAll(() => database.drop());

describe('workers that come and go', () => {
  it('stops a task that no worker has begun', async () => {
    await mixing.start();
    const task = await mixing.begin();
    await mixing.facade.stop(task.id);
    expect(await mixing.read(task.id)).toMatchObject({ state: 'stopped', attempt: 0 });
    await mixing.api.stop();
  });

  it('goes on after a restart, with the job that is there or with a new one', async () => {
    await mixing.start(MixingWorkerModule);
    const task = await mixing.begin();
    const pid = await mixing.running(task.id);
    await mixing.api.stop();
    expect(isAlive(pid)).toBe(false);
    await mixing.start(MixingWorkerModule);
    const next = await mixing.running(task.id, 2);
    await mixing.api.stop();
    expect(isAlive(next)).toBe(false);

    await mixing.start();
    expect(await mixing.read(task.id)).toMatchObject({ state: 'retrying', error: null });
    await mixing.api.sql('DELETE FROM bullmq.job');
    await mixing.api.stop();
    await mixing.start(MixingWorkerModule);
    await mixing.running(task.id, 3);
    await mixing.end(task.id);
    await mixing.api.stop();
  });
});

describe('a mixer that crashes', () => {
  it('is followed by one that has the gains as they were set last', async () => {
    await mixing.start(MixingWorkerModule);
    const task = await mixing.begin();
    const pid = await mixing.running(task.id);
    await mixing.facade.update(task.id, { seats: [{ ...seats[0]!, gain: 0.35 }] });
    process.kill(pid, 'SIGKILL');
    await mixing.running(task.id, 2);
    const { statistics } = await mixing.read(task.id);
    expect(statistics).toMatchObject({ inputs: 1, maxFrameGapMs: 0.35 });
    await mixing.end(task.id);
    await mixing.api.stop();
  });
});

describe('two workers in processes of their own', () => {
  let workers: ChildProcess[];
  beforeEach(async () => {
    await mixing.start();
    workers = await Promise.all([mixing.startWorker(), mixing.startWorker()]);
  });
  afterEach(async () => {
    for (const worker of workers) if (worker.connected) await endWorker(worker);
    await mixing.api.stop();
  });

  it('give the task of a killed one to the other, by its death and not by a clock', async () => {
    const task = await mixing.begin();
    const pid = await mixing.running(task.id);
    const [worker] = await mixing.workerOf(task.id, workers);
    const exited = once(worker, 'exit');
    worker.kill('SIGKILL');
    await exited;
    const next = await mixing.running(task.id, 2);
    expect(next).not.toBe(pid);
    await until(() => !isAlive(pid));
    expect(await mixing.read(task.id)).toMatchObject({ attempt: 2, state: 'running' });
    await mixing.end(task.id);
    await until(() => !isAlive(next));
  });

  it('leave the task of a paused one alone, which goes on with the mixer that went on without it', async () => {
    const task = await mixing.begin();
    const pid = await mixing.running(task.id);
    const [worker] = await mixing.workerOf(task.id, workers);
    const pauses = Array.from({ length: 6 }, () => [500, 1900, 3000, 8000]).flat();
    for (const pauseMs of pauses) {
      worker.kill('SIGSTOP');
      await delay(pauseMs);
      worker.kill('SIGCONT');
      // It hears what is wanted, and says what is.
      const { version } = await mixing.facade.update(task.id, {
        seats: [{ userId: 'host', name: `after ${pauseMs}`, seat: 0, audio: true, video: true, gain: 1 }],
      });
      await until(async () => (await mixing.read(task.id)).appliedVersion === version);
      expect(await mixing.read(task.id)).toMatchObject({ attempt: 1, state: 'running' });
      expect(isAlive(pid)).toBe(true);
    }
    await mixing.end(task.id);
    await until(() => !isAlive(pid));
  });

  it('leave a task alone whose job the queue gives out again', async () => {
    const task = await mixing.begin();
    const pid = await mixing.running(task.id);
    // As after a renewal that came too late: the lock is another's by now, and has run out.
    const mine = `data::jsonb->>'taskId' = '${task.id}'`;
    await mixing.api.sql(
      `UPDATE bullmq.job SET lock_token = 'late', locked_until_ms = 0 WHERE ${mine} AND state = 'active'`,
    );
    // Whoever gets it finds the task taken, and is done with it.
    await until(async () => {
      const rows = await mixing.api.sql<{ state: string }[]>(`SELECT state FROM bullmq.job WHERE ${mine}`);
      return rows.every(({ state }) => state === 'completed');
    });
    expect(await mixing.running(task.id)).toBe(pid);
    const { version } = await mixing.facade.update(task.id, { seats: [] });
    await until(async () => (await mixing.read(task.id)).appliedVersion === version);
    expect(await mixing.read(task.id)).toMatchObject({ attempt: 1, state: 'running' });
    await mixing.end(task.id);
  });

  it('take over from one whose machine is gone, though its connection still stands', async () => {
    const task = await mixing.begin();
    const pid = await mixing.running(task.id);
    const [worker] = await mixing.workerOf(task.id, workers);
    worker.kill('SIGSTOP');
    const next = await mixing.running(task.id, 2);
    expect(next).not.toBe(pid);
    worker.kill('SIGCONT');
    // Back again it learns what it lost.
    await until(() => !isAlive(pid));
    expect(await mixing.read(task.id)).toMatchObject({ attempt: 2, state: 'running' });
    await mixing.end(task.id);
  });
});
