import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from './audit';
import { AuthModule } from './auth';
import { BypassLiveModule } from './bypass-live';
import { CoHostModule } from './co-host';
import { ConferenceModule } from './conference';
import { type RuntimeConfig } from './config';
import { CoreModule } from './core.module';
import { DemoModule } from './demo';
import { HealthModule } from './health';
import { IdempotencyModule } from './idempotency';
import { ImModule } from './im';
import { LiveModule } from './live';
import { MixingModule, MixingWorkerModule } from './mixing';
import { MetricsModule } from './metrics';
import { NodesModule } from './nodes';
import { PkModule } from './pk';
import { WebhookModule } from './webhooks';

/** The API: every room that answers requests, and with ROLE=all the worker that runs the mixers. */
@Module({})
export class AppModule {
  static with(config: RuntimeConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CoreModule.with(config),
        AuthModule,
        IdempotencyModule,
        NodesModule,
        LiveModule,
        ConferenceModule,
        MixingModule,
        ...(config.ROLE === 'all' ? [MixingWorkerModule] : []),
        CoHostModule,
        PkModule,
        BypassLiveModule,
        ImModule,
        WebhookModule,
        MetricsModule,
        AuditModule,
        HealthModule,
        DemoModule,
      ],
    };
  }
}
