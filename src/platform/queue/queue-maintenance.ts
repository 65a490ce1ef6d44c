import { WorkerHost } from '@nestjs/bullmq';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Queue } from 'bullmq';
import { METRICS, type Metric, type HasMetrics, Log, Sweeper } from '../common';
import { CONFIG, type RuntimeConfig, servesApi } from '../config';
import { DUTIES, LastingConnection } from '../database';

const CLEAN_EVERY_MS = 10 * 60_000;
const KEEP_MS = 24 * 3600_000;
const MAX_CLEANED = 10_000;

/**
 * Maintains the queues of all rooms: removes finished jobs on a timer (removeOnComplete with an age or a count deadlocks
 * on Postgres), logs the errors of queues and workers, and ends the workers before the queues.
 */
@Injectable()
export class QueueMaintenance extends Sweeper implements BeforeApplicationShutdown, HasMetrics {
  private queues: Queue[] = [];
  private workers: WorkerHost[] = [];

  constructor(
    @Inject(CONFIG) config: RuntimeConfig,
    private readonly discovery: DiscoveryService,
    connection: LastingConnection,
  ) {
    // A process of another role knows only some of the queues.
    const duty = servesApi(config) ? connection.duty(DUTIES.queues) : () => false;
    super(new Log('queue'), CLEAN_EVERY_MS, { firstMs: CLEAN_EVERY_MS, duty });
  }

  override onApplicationBootstrap(): void | Promise<void> {
    const providers = this.discovery.getProviders().map((provider): unknown => provider.instance);
    const instances = [...new Set(providers)];
    this.queues = instances.filter((instance): instance is Queue => instance instanceof Queue);
    this.workers = instances.filter((instance): instance is WorkerHost => instance instanceof WorkerHost);
    // Without a listener BullMQ prints the error beside the log.
    for (const queue of this.queues) {
      queue.on('error', (err) => this.log.error({ err, queue: queue.name }, 'queue connection failed'));
    }
    for (const { worker } of this.workers) {
      worker.on('error', (err) => this.log.error({ err, queue: worker.name }, 'queue worker failed'));
    }
    return super.onApplicationBootstrap();
  }

  /** Nest closes queues first; a job that adds another to a closed queue would never end, and its worker neither. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.workers.map(({ worker }) => worker.close()));
  }

  /** Asks each queue for a count. @throws when the database or Redis behind them does not answer */
  async check(): Promise<void> {
    await Promise.all(this.queues.map((queue) => queue.getWaitingCount()));
  }

  async [METRICS](): Promise<Metric[]> {
    const values = await Promise.all(
      this.queues.map(async (queue) => {
        const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed');
        return Object.entries(counts).map(([state, value]) => ({
          labels: { queue: queue.name, state },
          value,
        }));
      }),
    );
    const help = 'Jobs of the whole installation, by queue and state.';
    return [{ name: 'lianmai_queue_jobs', help, type: 'gauge', values: values.flat() }];
  }

  protected round(): Promise<void> {
    return this.each(
      'queue',
      () => this.queues.map((queue) => ({ id: queue.name, queue })),
      ({ queue }) => this.clean(queue),
    );
  }

  private async clean(queue: Queue): Promise<void> {
    await queue.clean(KEEP_MS, MAX_CLEANED, 'completed');
    await queue.clean(KEEP_MS, MAX_CLEANED, 'failed');
  }
}
