import type { Type } from '@nestjs/common';
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { ConferenceModule, ConferenceFacade } from '../../../src/conference';
import type {
  Layout,
  ListView,
  MixingMode,
  MixTaskState,
  MixTaskView,
  ProblemDetails,
} from '../../../src/contracts';
import {
  MixingModule,
  MixingFacade,
  MixingWorkerModule,
  MixTaskChanged,
  type MixTaskRecord,
} from '../../../src/mixing';
import { LiveFacade, LiveModule } from '../../../src/live';
import { NodesFacade, NodesModule } from '../../../src/nodes';
import { fakeNode, FakeNodes } from '../../support/fakes/fake-nodes';
import { until } from '../../support/process/processes';
import { FAKE_MIXER, fakeRoom, TestApi } from '../../support/app/test-api';
import { prepareDatabase, type TestDatabase } from '../../support/database/test-database';
import { FakeLive } from '../../support/fakes/fake-live';

const support = join(__dirname, '../../support');
const layout: Layout = { kind: 'grid', fit: 'crop', background: '#000000' };
const output = { width: 640, height: 360, fps: 15, gop: 30, videoBitrate: 500_000, audioBitrate: 64_000 };
const seats = [{ userId: 'host', name: 'Host', seat: 0, audio: true, video: true }];

describe('mixing', () => {
  const nodes = new FakeNodes();
  const live = new FakeLive();
  let database: TestDatabase;
  let api: TestApi;
  let changes: MixTaskRecord[] = [];

  const start = async (...more: Type[]) => {
    api = await TestApi.start({
      databaseUrl: database.url,
      rooms: [ConferenceModule, MixingModule, ...more],
      fakes: [fakeRoom(NodesModule, [NodesFacade], nodes), fakeRoom(LiveModule, [LiveFacade], live)],
    });
    api.bus.on(MixTaskChanged, ({ task }) => void changes.push(task));
  };
  const service = () => api.get(MixingFacade);
  const begin = async (background = layout.background, mixingMode: MixingMode = 'server') => {
    const conference = await api.get(ConferenceFacade).create({
      ...{ title: 'T', ownerId: 'host', ownerName: 'Host' },
      ...{ access: 'members', admitted: [] },
    });
    return service().start({
      channelId: live.add({ mixingMode }).id,
      conferenceId: conference.id,
      reason: { type: 'co-host', id: randomUUID() },
      layout: { ...layout, background },
      output,
      seats,
    });
  };
  const read = async (id: string) => (await service().find(id))!;
  const inState = async (id: string, state: MixTaskState) => {
    await until(async () => (await read(id)).state === state);
    return read(id);
  };
  /** Running, and its mixer's process id known. */
  const running = async (id: string, attempt = 1) => {
    await until(async () => {
      const task = await read(id);
      return task.state === 'running' && task.attempt >= attempt && task.appliedVersion === task.version;
    });
    await until(async () => isAlive((await read(id)).statistics?.rssBytes ?? 0));
    return (await read(id)).statistics!.rssBytes;
  };
  const statesOf = (id: string) => [...new Set(changes.filter((t) => t.id === id).map((t) => t.state))];

  beforeAll(async () => {
    database = await prepareDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(() => {
    changes = [];
  });

  describe('with a worker in the process', () => {
    beforeAll(() => start(MixingWorkerModule));
    afterAll(() => api.stop());

    it('runs a task and stops it, leaving no process', async () => {
      const task = await begin();
      expect(task).toMatchObject({ state: 'queued', mode: 'server', version: 1, attempt: 0, epoch: null });
      const pid = await running(task.id);
      expect(await read(task.id)).toMatchObject({ attempt: 1, error: null, epoch: live.epoch });
      await service().stop(task.id);
      await inState(task.id, 'stopped');
      expect(isAlive(pid)).toBe(false);
      await service().stop(task.id);
      await until(() => statesOf(task.id).includes('stopped'));
      expect(statesOf(task.id)).toEqual(expect.arrayContaining(['queued', 'running', 'stopped']));
    });

    it('applies a new version without another attempt, and tells it', async () => {
      const task = await begin();
      const pid = await running(task.id);
      const changed = await service().update(task.id, { layout: { ...layout, kind: 'floating' } });
      expect(changed).toMatchObject({ version: 2, layout: { kind: 'floating' }, seats });
      await until(async () => (await read(task.id)).appliedVersion === 2);
      expect(await running(task.id)).toBe(pid);
      expect(await read(task.id)).toMatchObject({ attempt: 1 });
      // Nothing different, no new version.
      expect(await service().update(task.id, { seats })).toMatchObject({ version: 2 });
      await until(() => changes.some((t) => t.id === task.id && t.appliedVersion === 2));
      await service().stop(task.id);
      await inState(task.id, 'stopped');
      expect(await service().update(task.id, { seats: [] })).toMatchObject({ version: 2, state: 'stopped' });
    });

    it('takes another output without another attempt', async () => {
      const task = await begin();
      const pid = await running(task.id);
      const small = { ...output, width: 320, height: 240, fps: 10 };
      const changed = await service().update(task.id, { output: small });
      expect(changed).toMatchObject({ version: 2, output: small, layout, seats });
      await until(async () => (await read(task.id)).appliedVersion === 2);
      expect(await running(task.id)).toBe(pid);
      const { body } = await api.as<MixTaskView>('host', 'GET', `mix-tasks/${task.id}`);
      expect(body).toMatchObject({ output: small, version: 2, appliedVersion: 2 });
      await service().stop(task.id);
      await inState(task.id, 'stopped');
    });

    it('goes to another conference without another attempt', async () => {
      const task = await begin();
      const pid = await running(task.id);
      const other = await api.get(ConferenceFacade).create({
        ...{ title: 'another', ownerId: 'rival', ownerName: 'Rival' },
        ...{ access: 'members', admitted: [] },
      });
      const changed = await service().update(task.id, { conferenceId: other.id });
      expect(changed).toMatchObject({ version: 2, conferenceId: other.id, layout, seats });
      await until(async () => (await read(task.id)).appliedVersion === 2);
      expect(await running(task.id)).toBe(pid);
      await service().stop(task.id);
      await inState(task.id, 'stopped');
    });

    it('goes on with another attempt of the same task, under the same epoch, when the mixer is killed', async () => {
      const task = await begin();
      const pid = await running(task.id);
      const { epoch } = await read(task.id);
      process.kill(pid, 'SIGKILL');
      const next = await running(task.id, 2);
      expect(next).not.toBe(pid);
      expect(await read(task.id)).toMatchObject({ attempt: 2, epoch, error: null });
      await until(() => changes.some((t) => t.state === 'retrying' && t.error === 'crashed'));
      await service().stop(task.id);
      await inState(task.id, 'stopped');
    });

    it('ends a mixer whose task another worker has, and lets no running task go without a job', async () => {
      const task = await begin();
      const pid = await running(task.id);
      await api.sql('UPDATE mix_tasks SET attempt = attempt + 1 WHERE id = $1', [task.id]);
      await until(() => !isAlive(pid));
      // Nobody has it in truth.
      await running(task.id, 3);
      await service().stop(task.id);
      await inState(task.id, 'stopped');
    });

    it('goes on telling changes when the notifications were lost', async () => {
      const listening = `query = 'LISTEN lianmai_mix_tasks' AND datname = current_database()`;
      const count = async () => {
        const [row] = await api.sql<{ n: string }[]>(
          `SELECT count(*) AS n FROM pg_stat_activity WHERE ${listening}`,
        );
        return Number(row?.n);
      };
      const task = await begin();
      await running(task.id);
      await api.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${listening}`);
      await until(async () => (await count()) === 0);
      await service().update(task.id, { layout: { ...layout, kind: 'speaker' } });
      await until(() => changes.some((t) => t.id === task.id && t.version === 2 && t.appliedVersion === 2));
      await until(async () => (await count()) === 1);
      await service().stop(task.id);
      await until(() => statesOf(task.id).includes('stopped'));
    });

    it('fails at once where another attempt would be refused too', async () => {
      const task = await begin('#refuse');
      expect(await inState(task.id, 'failed')).toMatchObject({ error: 'refused', attempt: 1 });
    });

    it('tries again when media is lost, and can be stopped meanwhile', async () => {
      const task = await begin('#egress');
      await until(async () => (await read(task.id)).attempt >= 3);
      expect(await read(task.id)).toMatchObject({ state: 'retrying', error: 'egress_lost' });
      await service().stop(task.id);
      await inState(task.id, 'stopped');
    });

    it('waits for a media node, and fails when the conference has ended', async () => {
      nodes.alive = [];
      const task = await begin();
      await until(() => changes.some((t) => t.id === task.id && t.error === 'media_unavailable'));
      await api.get(ConferenceFacade).end(task.conferenceId);
      nodes.alive = [fakeNode('node-a')];
      expect(await inState(task.id, 'failed')).toMatchObject({ error: 'conference_ended' });
    });

    it('replaces a mixer that hangs', async () => {
      const task = await begin();
      const pid = await running(task.id);
      process.kill(pid, 'SIGSTOP');
      const next = await running(task.id, 2);
      expect(next).not.toBe(pid);
      expect(isAlive(pid)).toBe(false);
      expect(changes.some((t) => t.id === task.id && t.error === 'unresponsive')).toBe(true);
      await service().stop(task.id);
      await inState(task.id, 'stopped');
    });

    it('takes a mixer that crashes again and again for a failure only after a while', async () => {
      const task = await begin('#dead00');
      await until(async () => (await read(task.id)).attempt >= 3);
      expect(await read(task.id)).toMatchObject({ state: 'retrying', error: 'crashed' });
      await service().update(task.id, { layout });
      await running(task.id);
      await service().stop(task.id);
      await inState(task.id, 'stopped');
    });

    it('kills a mixer that does not stop', async () => {
      const task = await begin('#deaf00');
      const pid = await running(task.id);
      await service().stop(task.id);
      await inState(task.id, 'stopped');
      expect(isAlive(pid)).toBe(false);
    });

    it('runs one task per channel', async () => {
      const task = await begin();
      await running(task.id);
      const second = { ...task, reason: task.reason };
      await expect(service().start(second)).rejects.toMatchObject({ code: 'mix_running' });
      await service().stop(task.id);
      await inState(task.id, 'stopped');
    });

    it('takes no part in client mixing but to hand out the address', async () => {
      const task = await begin(layout.background, 'client');
      expect(task).toMatchObject({ state: 'running', mode: 'client', attempt: 0 });
      const { url: address } = await service().pushAddress(task.id);
      expect(address).toBe(`rtmp://hub.example/live/${task.channelId}?epoch=${live.epoch}`);
      expect((await service().pushAddress(task.id)).url).toBe(address);
      await service().stop(task.id);
      expect(await read(task.id)).toMatchObject({ state: 'stopped' });
    });

    it('shows tasks to the owner of the channel and to admins', async () => {
      const task = await begin();
      await running(task.id);
      const path = `mix-tasks/${task.id}`;
      const shown = await api.as<MixTaskView>('host', 'GET', path);
      expect(shown.body).toMatchObject({ id: task.id, state: 'running', statistics: { inputs: 1 } });
      expect(await api.as<ProblemDetails>('other', 'GET', path)).toMatchObject({
        status: 403,
        body: { code: 'not_allowed' },
      });
      const list = (who: string) => api.as<ListView<MixTaskView>>(who, 'GET', 'mix-tasks');
      expect((await list('host')).body.items[0]?.id).toBe(task.id);
      expect((await list('admin')).body.items[0]?.id).toBe(task.id);
      expect((await list('other')).body.items).toEqual([]);

      const patch = (body: unknown) => api.as<MixTaskView>('host', 'PATCH', path, body);
      expect(await patch({ layout: { ...layout, kind: 'pyramid' } })).toMatchObject({ status: 400 });
      expect(await patch({})).toMatchObject({ status: 400 });
      expect((await patch({ layout: { ...layout, kind: 'speaker' } })).body).toMatchObject({ version: 2 });
      await service().stop(task.id);
      await inState(task.id, 'stopped');
      expect(await patch({ layout })).toMatchObject({ status: 409 });
    });
  });

  describe('with workers that come and go', () => {
    it('stops a task that no worker has begun', async () => {
      await start();
      const task = await begin();
      await service().stop(task.id);
      expect(await read(task.id)).toMatchObject({ state: 'stopped', attempt: 0 });
      await api.stop();
    });

    it('goes on after a restart, with the job that is there or with a new one', async () => {
      await start(MixingWorkerModule);
      const task = await begin();
      const pid = await running(task.id);
      await api.stop();
      expect(isAlive(pid)).toBe(false);
      await start(MixingWorkerModule);
      const next = await running(task.id, 2);
      await api.stop();
      expect(isAlive(next)).toBe(false);

      await start();
      expect(await read(task.id)).toMatchObject({ state: 'retrying', error: null });
      await api.sql('DELETE FROM bullmq.job');
      await api.stop();
      await start(MixingWorkerModule);
      await running(task.id, 3);
      await service().stop(task.id);
      await inState(task.id, 'stopped');
      await api.stop();
    });

    it('gives the task of a killed worker to another', async () => {
      await start();
      const workers = await Promise.all([1, 2].map(() => startWorker(database.url)));
      const task = await begin();
      const pid = await running(task.id);
      const parent = (await read(task.id)).statistics?.cpuSeconds;
      const [[worker], [other]] = [
        workers.filter((w) => w.pid === parent),
        workers.filter((w) => w.pid !== parent),
      ] as [[ChildProcess], [ChildProcess]];
      const exited = once(worker, 'exit');
      worker.kill('SIGKILL');
      await exited;
      const killedAt = Date.now();
      const next = await running(task.id, 2);
      console.info(`taken over after ${Date.now() - killedAt} ms`);
      expect(next).not.toBe(pid);
      await until(() => !isAlive(pid));
      expect(await read(task.id)).toMatchObject({ attempt: 2, state: 'running' });

      await service().stop(task.id);
      await inState(task.id, 'stopped');
      await until(() => !isAlive(next));
      const gone = once(other, 'exit');
      other.disconnect();
      await gone;
      await api.stop();
      // Two further Node processes compile the rooms first.
    }, 60_000);
  });
});

async function startWorker(databaseUrl: string): Promise<ChildProcess> {
  const worker = fork(
    join(support, 'process/ts-run.cjs'),
    [join(support, 'fixtures/mix-worker.ts'), databaseUrl, FAKE_MIXER],
    {
      execArgv: [],
    },
  );
  await once(worker, 'message');
  return worker;
}

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
