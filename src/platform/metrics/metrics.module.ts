import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DomainCounters } from './domain-counters';
import { HttpDurations } from './http-durations';
import { MetricsController } from './metrics.controller';
import { MetricsGuard } from './metrics.guard';
import { MetricsCollector } from './metrics-collector';
import { ViewerQuality } from './viewer-quality';

/** `/metrics`. Rooms offer their metrics by METRICS (common) and don't know this module. */
@Module({
  imports: [DiscoveryModule],
  controllers: [MetricsController],
  providers: [DomainCounters, HttpDurations, MetricsGuard, MetricsCollector, ViewerQuality],
})
export class MetricsModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(HttpDurations).forRoutes('{*path}');
  }
}
