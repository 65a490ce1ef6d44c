import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { Log } from '../../platform/common';
import { backoff } from '../../shared/backoff';
import { DeliveryRepository, type Lane } from './delivery.repository';
import type { Delivery } from '../webhook.entity';
import { WEBHOOK_QUEUE, WebhookLanes } from './webhook-lanes';
import { WebhookSecrets } from './webhook-secrets';
import { WebhookSender } from './webhook-sender';
import { WebhookRepository } from '../webhook.repository';

const BUSY_MS = 1_000;
const RENEW_MS = 1_000;
const PAUSE = { firstMs: 1_000, mostMs: 10 * 60_000 };

/** Sends the deliveries of a lane in order, until it is empty, the first has to wait, or the process ends. */
@Processor(WEBHOOK_QUEUE, { concurrency: 32 })
export class WebhookProcessor extends WorkerHost {
  private readonly log = new Log('webhooks');

  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly lanes: WebhookLanes,
    private readonly secrets: WebhookSecrets,
    private readonly sender: WebhookSender,
  ) {
    super();
  }

  async process(job: Job<Lane>): Promise<void> {
    const lane = job.data;
    while (!this.worker.closing) {
      const row = await this.deliveries.claim(lane);
      if (row === 'busy') return this.lanes.send([lane], BUSY_MS);
      if (!row || !(await this.attempt(lane, row))) return;
    }
  }

  /** @returns whether the next delivery of the lane may follow */
  private async attempt(lane: Lane, row: Delivery): Promise<boolean> {
    const { id: deliveryId, body, attempts } = row;
    const webhook = await this.webhooks.find(row.webhookId);
    if (!webhook) return false;
    const secret = this.secrets.open(webhook.secret);
    const outcome = await this.whileClaimed(row, () =>
      this.sender.send({ url: webhook.url, secret, deliveryId, body }),
    );
    const fields = { ...lane, deliveryId, type: row.type, attempts, status: outcome.status };
    if (outcome.taken) {
      await this.deliveries.delivered(row, outcome);
      this.log.debug(fields, 'webhook delivered');
      return true;
    }
    const pause = backoff(attempts, PAUSE);
    if (await this.deliveries.failed(row, outcome, pause)) {
      this.log.info({ ...fields, error: outcome.error, pause }, 'webhook was not taken; again later');
      await this.lanes.send([lane], pause);
      return false;
    }
    this.log.warn({ ...fields, error: outcome.error }, 'webhook given up: dead letter');
    return true;
  }

  private async whileClaimed<T>(row: Delivery, work: () => Promise<T>): Promise<T> {
    // The next renewal makes up for one that fails; if all fail, another process sends the delivery again.
    const renew = () => this.deliveries.renew(row).catch(() => undefined);
    const timer = setInterval(() => void renew(), RENEW_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }
}
