import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from './platform/audit';
import { AuthModule } from './auth';
import { BypassLiveModule } from './bypass-live';
import { CoHostModule } from './co-host';
import { ConferenceModule } from './conference';
import { type RuntimeConfig } from './platform/config';
import { CoreModule } from './platform/core.module';
import { DemoModule } from './demo';
import { HealthModule } from './platform/health';
import { IdempotencyModule } from './platform/idempotency';
import { ImModule } from './im';
import { LiveModule } from './live';
import { MixingModule, MixingWorkerModule } from './mixing';
import { RetentionModule } from './platform/retention';
import { MetricsModule } from './platform/metrics';
import { OverviewModule } from './platform/overview';
import { NodesModule } from './nodes';
import { PkModule } from './pk';
import { QualityModule } from './quality';
import { SignalsModule } from './signals';
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
        QualityModule,
        ConferenceModule,
        MixingModule,
        ...(config.ROLE === 'all' ? [MixingWorkerModule] : []),
        CoHostModule,
        PkModule,
        BypassLiveModule,
        ImModule,
        SignalsModule,
        WebhookModule,
        MetricsModule,
        OverviewModule,
        RetentionModule,
        AuditModule,
        HealthModule,
        DemoModule,
      ],
    };
  }
}
