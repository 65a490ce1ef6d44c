import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { Log } from '../../platform/common';
import { backoff } from '../../shared/backoff';
import type { Delivery, Webhook } from '../webhook.entity';
import { WebhookRepository } from '../webhook.repository';
import { mayBegin, pauseAfterFailure } from './breaker';
import { DeliveryRepository } from './delivery.repository';
import { WebhookSecrets } from './webhook-secrets';
import { type Outcome, WebhookSender } from './webhook-sender';

const PAUSE = { firstMs: 1_000, mostMs: 10 * 60_000 };

export interface Claimed {
  webhook: Webhook;
  rows: Delivery[];
}

/** One attempt at a delivery, from its claim to what has become of it. */
@Injectable()
export class WebhookCourier {
  private readonly log = new Log('webhooks');

  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly webhooks: WebhookRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly secrets: WebhookSecrets,
    private readonly sender: WebhookSender,
  ) {}

  /** Claims what may be sent to an endpoint now. @param after subjects from here on first @returns null: nothing */
  claim(webhookId: string, after: string): Promise<Claimed | null> {
    return this.db.transaction(async (tx) => {
      const webhook = await this.webhooks.lock(webhookId, tx);
      const most = webhook ? mayBegin(webhook, await this.deliveries.running(webhookId, tx)) : 0;
      if (!webhook || most === 0) return null;
      const rows = await this.deliveries.claim(webhookId, after, most, tx);
      if (after !== '' && rows.length < most) {
        rows.push(...(await this.deliveries.claim(webhookId, '', most - rows.length, tx)));
      }
      return { webhook, rows };
    });
  }

  /** Sends what was claimed, and writes down what came of it. Never throws. @param end breaks the attempt off */
  async carry(webhook: Webhook, row: Delivery, end: AbortSignal): Promise<void> {
    try {
      const secret = this.open(webhook);
      if (secret === null) return await this.deliveries.unsendable(row, 'secret_unreadable');
      const attempt = { url: webhook.url, secret, deliveryId: row.id, body: row.body };
      const outcome = await this.sender.send(attempt, { end });
      if (!outcome.taken && end.aborted) return await this.deliveries.release(row);
      await this.db.transaction((tx) => this.ended(row, outcome, tx));
    } catch (error) {
      this.log.error(
        { err: error, deliveryId: row.id },
        'an attempt could not be recorded; it is made again',
      );
    }
  }

  /** null: it was sealed under another AUTH_SECRET. */
  private open({ id, secret }: Webhook): string | null {
    try {
      return this.secrets.open(secret);
    } catch {
      this.log.warn({ webhookId: id }, 'the secret of a webhook can’t be read: AUTH_SECRET is another one');
      return null;
    }
  }

  /** Under the endpoint's lock, as a claim is: the two never wait for each other's rows. */
  private async ended(row: Delivery, outcome: Outcome, tx: EntityManager): Promise<void> {
    const { webhookId, id: deliveryId, subject, type, attempts } = row;
    const webhook = await this.webhooks.lock(webhookId, tx);
    const fields = { webhookId, subject, deliveryId, type, attempts, status: outcome.status };
    if (outcome.taken) {
      await this.deliveries.delivered(row, outcome, tx);
      await this.webhooks.answers(webhookId, tx);
      return this.log.debug(fields, 'webhook delivered');
    }
    const pauseMs = backoff(attempts, PAUSE);
    const again = await this.deliveries.failed(row, outcome, pauseMs, tx);
    if (webhook) await this.webhooks.fails(webhookId, pauseAfterFailure(webhook), tx);
    if (again)
      this.log.info({ ...fields, error: outcome.error, pauseMs }, 'webhook was not taken; again later');
    else this.log.warn({ ...fields, error: outcome.error }, 'webhook given up: dead letter');
  }
}
