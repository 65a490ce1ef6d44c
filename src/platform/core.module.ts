import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventBus } from './common';
import { ConfigModule, type RuntimeConfig } from './config';
import { LastingConnection, servingOptions, TransactionalDataSource } from './database';
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
        TypeOrmModule.forRootAsync({
          useFactory: () => servingOptions(config),
          dataSourceFactory: (options) => new TransactionalDataSource(options!).initialize(),
        }),
        QueueModule,
      ],
      providers: [EventBus, LastingConnection],
      exports: [EventBus, LastingConnection],
    };
  }
}
