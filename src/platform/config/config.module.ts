import { type DynamicModule, Module } from '@nestjs/common';
import type { RuntimeConfig } from './config';

/** Injection token of the frozen RuntimeConfig. */
export const CONFIG = Symbol('Config');

@Module({})
export class ConfigModule {
  static with(config: RuntimeConfig): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}
