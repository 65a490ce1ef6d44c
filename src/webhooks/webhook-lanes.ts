import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Log } from '../common';
import { DeliveryRepository, type Lane } from './delivery.repository';

export const WEBHOOK_QUEUE = 'webhooks';

const SWEEP_MS = 5_000;
const CLEAN_EVERY_SWEEPS = 120;

/** Brings lanes to the workers; the outbox knows what there is to send, so a job too many or one lost does no harm. */
@Injectable()
export class WebhookLanes implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Log('webhooks');
  private timer: NodeJS.Timeout | null = null;
  private sweeping = Promise.resolve();
  private sweeps = 0;
  private closed = false;

  constructor(
    @InjectQueue(WEBHOOK_QUEUE) private readonly queue: Queue<Lane>,
    private readonly deliveries: DeliveryRepository,
  ) {}

  onApplicationBootstrap(): void {
    this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.sweeping;
  }

  /** @param delay ms. A queue that is away fails nobody: the sweep finds what is due. */
  async send(lanes: Lane[], delay = 0): Promise<void> {
    try {
      for (const { webhookId, subject } of lanes) {
        await this.queue.add('send', { webhookId, subject }, delay > 0 ? { delay } : {});
      }
    } catch (error) {
      this.log.error({ err: error }, 'could not queue a webhook');
    }
  }

  private run(): void {
    this.sweeping = this.sweep().finally(() => {
      if (!this.closed) this.timer = setTimeout(() => this.run(), SWEEP_MS);
    });
  }

  private async sweep(): Promise<void> {
    try {
      await this.send(await this.deliveries.forgotten());
      if (this.sweeps++ % CLEAN_EVERY_SWEEPS === 0) await this.deliveries.clean();
    } catch (error) {
      this.log.error({ err: error }, 'sweep of the webhooks failed');
    }
  }
}
