import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { type HasMetrics, Log, type Metric, METRICS, within } from '../common';
import { DomainCounters } from './domain-counters';
import { HttpDurations } from './http-durations';
import { ViewerQuality } from './viewer-quality';

export const TEXT_FORMAT = Registry.PROMETHEUS_CONTENT_TYPE;
/** A room whose metrics take longer is left out of this answer. */
const TIMEOUT_MS = 3_000;

/** Joins what is counted here, what the process says of itself, and the metrics of all rooms. */
@Injectable()
export class MetricsCollector implements OnApplicationBootstrap {
  private readonly log = new Log('metrics');
  private readonly process = new Registry();
  private sources: HasMetrics[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly counters: DomainCounters,
    private readonly http: HttpDurations,
    private readonly viewers: ViewerQuality,
  ) {
    // Event-loop lag, memory, CPU, garbage collection.
    collectDefaultMetrics({ register: this.process });
  }

  onApplicationBootstrap(): void {
    const instances = this.discovery.getProviders().map(({ instance }): unknown => instance);
    this.sources = [...new Set(instances)].filter(hasMetrics);
  }

  async text(): Promise<string> {
    const counted = [this.counters, this.http, this.viewers].map(({ registry }) => registry);
    const all = [this.process, ...counted, await this.rooms()];
    return (await Promise.all(all.map((registry) => registry.metrics()))).join('\n') + '\n';
  }

  private async rooms(): Promise<Registry> {
    const registry = new Registry();
    const metrics = (await Promise.all(this.sources.map((source) => this.ask(source)))).flat();
    for (const name of new Set(metrics.map((metric) => metric.name))) {
      const parts = metrics.filter((metric) => metric.name === name);
      const values = parts.flatMap((part) => part.values);
      const labelNames = [...new Set(values.flatMap(({ labels = {} }) => Object.keys(labels)))];
      const gauge = new Gauge({ name, help: parts[0]?.help ?? name, labelNames, registers: [registry] });
      for (const { labels = {}, value } of values) gauge.set(labels, value);
    }
    return registry;
  }

  /** A source that fails doesn't hide the others. */
  private async ask(source: HasMetrics): Promise<Metric[]> {
    try {
      return await within(TIMEOUT_MS, source[METRICS]());
    } catch (error) {
      this.log.warn({ err: error, source: source.constructor.name }, 'metrics are missing');
      return [];
    }
  }
}

function hasMetrics(instance: unknown): instance is HasMetrics {
  return typeof (instance as Partial<HasMetrics> | null | undefined)?.[METRICS] === 'function';
}
