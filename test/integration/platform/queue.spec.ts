import { BullModule, getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import { Global, Injectable, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Job, Queue } from 'bullmq';
import { ConfigModule, readConfig, type RuntimeConfig } from '../../../src/platform/config';
import { LastingConnection } from '../../../src/platform/database';
import { migrateQueues, QueueMaintenance, QueueModule } from '../../../src/platform/queue';
import { createTestDatabase, type TestDatabase } from '../../support/database/test-database';
import { until } from '../../support/waiting/until';

const done: { name: string; tries: number }[] = [];

@Injectable()
@Processor('test')
class TestProcessor extends WorkerHost {
  async process(job: Job): Promise<void> {
    if (job.name === 'twice' && job.attemptsMade === 0) throw new Error('the first time');
    done.push({ name: job.name, tries: job.attemptsMade + 1 });
    return Promise.resolve();
  }
}

@Global()
@Module({ providers: [LastingConnection], exports: [LastingConnection] })
class ConnectionModule {}

describe('BullMQ on Postgres', () => {
  let database: TestDatabase;
  let config: RuntimeConfig;
  let module: TestingModule;

  beforeAll(async () => {
    database = await createTestDatabase();
    config = { ...readConfig({}), DATABASE_URL: database.url, AUTH_SECRET: '', API_KEY: '' };
    // Two processes that start at the same time.
    await Promise.all([migrateQueues(config), migrateQueues(config)]);
  });
  afterAll(() => database.drop());

  async function open(providers: (typeof TestProcessor)[]): Promise<Queue> {
    const imports = [
      ConfigModule.with(config),
      ConnectionModule,
      QueueModule,
      BullModule.registerQueue({ name: 'test' }),
    ];
    module = await Test.createTestingModule({ imports, providers }).compile();
    await module.init();
    return module.get<Queue>(getQueueToken('test'));
  }

  it('keeps a delayed job over a restart, tries a failed one again, and answers the health check', async () => {
    const queue = await open([]);
    await queue.add('later', {}, { delay: 300, jobId: 'one' });
    await queue.add('later', {}, { delay: 300, jobId: 'one' });
    await queue.add('twice', {}, { attempts: 2 });
    await module.get(QueueMaintenance).check();
    await module.close();
    expect(done).toEqual([]);

    await open([TestProcessor]);
    await until(() => done.length >= 2);
    expect(done.sort((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: 'later', tries: 1 },
      { name: 'twice', tries: 2 },
    ]);
    await module.close();
  });
});
