import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventBus } from './common';
import { ConfigModule, type RuntimeConfig } from './config';
import { dataSourceOptions } from './database';
import { QueueModule } from './queue';

/** What every room may use: configuration, database, queues and the event bus. */
@Module({})
export class CoreModule {
  static with(config: RuntimeConfig): DynamicModule {
    return {
      module: CoreModule,
      global: true,
      imports: [
        ConfigModule.with(config),
        TypeOrmModule.forRoot(dataSourceOptions(config.DATABASE_URL)),
        QueueModule,
      ],
      providers: [EventBus],
      exports: [EventBus],
    };
  }
}
