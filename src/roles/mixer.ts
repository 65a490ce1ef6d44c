import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule } from '../auth';
import { NestLog } from '../platform/common';
import type { Config, RuntimeConfig } from '../platform/config/config';
import { CoreModule } from '../platform/core.module';
import { migrate } from '../platform/database';
import { MixingWorkerModule } from '../mixing';
import { migrateQueues } from '../platform/queue';
import type { ProcessLife } from './process/process-life';
import { requireGiven } from './process/required-config';

@Module({})
class MixerModule {
  static with(config: RuntimeConfig): DynamicModule {
    return { module: MixerModule, imports: [CoreModule.with(config), AuthModule, MixingWorkerModule] };
  }
}

/** ROLE=mixer: takes mix tasks from the queue, one process each, and serves no requests. */
export async function startMixer(config: Config, life: ProcessLife): Promise<void> {
  const runtime = requireGiven(config, ['DATABASE_URL', 'AUTH_SECRET']);
  await migrate(runtime.DATABASE_URL);
  await migrateQueues(runtime);
  const app = await NestFactory.createApplicationContext(MixerModule.with(runtime), {
    logger: new NestLog(),
    abortOnError: false,
  });
  life.onEnd('mix worker', () => app.close());
}
