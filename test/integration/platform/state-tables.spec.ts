import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { MixTaskState } from '../../../src/contracts';
import { MixTask } from '../../../src/mixing/task/mix-task.entity';
import { MixTaskRepository } from '../../../src/mixing/task/mix-task.repository';
import type * as common from '../../../src/platform/common';
import { dataSourceOptions, migrate } from '../../../src/platform/database';
import { createTestDatabase, type TestDatabase } from '../../support/database/test-database';

/** The table of mix tasks without `retrying → running`, `queued → stopped` and `stopping → stopped`. */
jest.mock('../../../src/mixing/task/mix-task.state', () => {
  const { StateMachine } = jest.requireActual<typeof common>('../../../src/platform/common');
  const mixTaskStates = new StateMachine<MixTaskState>('mix task', 'queued', {
    queued: ['starting'],
    starting: ['running', 'retrying', 'stopping', 'failed'],
    running: ['retrying', 'stopping', 'stopped', 'failed'],
    retrying: ['stopping', 'failed'],
    stopping: ['failed'],
    stopped: [],
    failed: [],
  });
  return { ...jest.requireActual<object>('../../../src/mixing/task/mix-task.state'), mixTaskStates };
});

const WORKER = 1;

describe('what SQL asks for is derived from the state table', () => {
  let database: TestDatabase;
  let db: DataSource;
  let tasks: MixTaskRepository;

  beforeAll(async () => {
    database = await createTestDatabase();
    await migrate(database.url);
    db = await new DataSource({ ...dataSourceOptions(database.url), entities: [MixTask] }).initialize();
    tasks = new MixTaskRepository(db);
  });
  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  const inState = async (state: MixTaskState): Promise<string> => {
    const id = randomUUID();
    await db.manager.insert(MixTask, {
      ...{ id, channelId: randomUUID(), conferenceId: randomUUID(), ownerId: 'host', mode: 'server', state },
      ...{
        reasonType: 'co-host',
        reasonId: 'r',
        layout: { kind: 'grid', fit: 'crop', background: '#000000' },
      },
      output: { width: 640, height: 360, fps: 15, gop: 30, videoBitrate: 1, audioBitrate: 1 },
      seats: [],
    });
    return id;
  };

  it('so the compare-and-set refuses a transition that the table doesn’t have', async () => {
    const retrying = await inState('retrying');
    expect(await tasks.running(retrying, 0)).toBeNull();
    expect((await tasks.find(retrying))?.state).toBe('retrying');

    const queued = await inState('queued');
    expect(await tasks.requestStop(queued)).toBeNull();
    expect((await tasks.find(queued))?.state).toBe('queued');

    const stopping = await inState('stopping');
    expect(await tasks.stopped(stopping, WORKER)).toBeNull();
    expect((await tasks.find(stopping))?.state).toBe('stopping');
  });

  it('and makes those that it has', async () => {
    expect(await tasks.running(await inState('starting'), 0)).toMatchObject({ state: 'running' });
    expect(await tasks.requestStop(await inState('running'))).toMatchObject({ state: 'stopping' });
    expect(await tasks.claim(await inState('queued'), WORKER, null)).toMatchObject({
      state: 'starting',
      attempt: 1,
    });
    expect(await tasks.claim(await inState('running'), WORKER, null)).toMatchObject({ state: 'retrying' });
  });
});
