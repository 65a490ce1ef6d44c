import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Log, Sweeper } from '../../platform/common';
import { DUTIES, LastingConnection } from '../../platform/database';
import { DeliveryRepository, type Lane } from './delivery.repository';

export const WEBHOOK_QUEUE = 'webhooks';

const SWEEP_MS = 5_000;
const CLEAN_EVERY_ROUNDS = 120;

/** Queues lanes for the workers. The outbox knows what there is to send: a surplus or a lost job does no harm. */
@Injectable()
export class WebhookLanes extends Sweeper {
  private rounds = 0;

  constructor(
    @InjectQueue(WEBHOOK_QUEUE) private readonly queue: Queue<Lane>,
    private readonly deliveries: DeliveryRepository,
    connection: LastingConnection,
  ) {
    super(new Log('webhooks'), SWEEP_MS, { duty: connection.duty(DUTIES.webhooks) });
  }

  /** @param delay ms. Never throws: where the queue is down the sweep finds what is due. */
  async send(lanes: Lane[], delay = 0): Promise<void> {
    try {
      for (const { webhookId, subject } of lanes) {
        await this.queue.add('send', { webhookId, subject }, delay > 0 ? { delay } : {});
      }
    } catch (error) {
      this.log.error({ err: error }, 'could not queue a webhook');
    }
  }

  protected async round(): Promise<void> {
    await this.send(await this.deliveries.overdueLanes());
    if (this.rounds++ % CLEAN_EVERY_ROUNDS === 0) await this.deliveries.clean();
  }
}
