import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { type Caller, requireAdmin } from '../auth';
import {
  afterCommit,
  Audited,
  DomainError,
  EventBus,
  hostOf,
  type PageQuery,
  publicAddresses,
  RefusedAddress,
} from '../platform/common';
import { requireWithin } from '../platform/database';
import { CONFIG, type RuntimeConfig } from '../platform/config';
import type {
  ListView,
  WebhookCreate,
  WebhookCreatedView,
  WebhookDeliveryView,
  WebhookPatch,
  WebhookReplayView,
  WebhookView,
} from '../contracts';
import { DeliveryRepository } from './delivery/delivery.repository';
import type { Webhook } from './webhook.entity';
import { WebhookLanes } from './delivery/webhook-lanes';
import { entryOf } from './delivery/webhook-outbox';
import { WebhookRepository } from './webhook.repository';
import { WebhookSecrets } from './delivery/webhook-secrets';
import { deliveryView, webhookView } from './webhook.view';
import type { DeliveryQuery } from './webhook.dto';

/** What admins may do with webhooks. */
@Injectable()
export class WebhookService {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly webhooks: WebhookRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly lanes: WebhookLanes,
    private readonly secrets: WebhookSecrets,
  ) {}

  /** @throws DomainError not_allowed, webhook_refused, limit_reached */
  async create(caller: Caller, { url, events = [] }: WebhookCreate): Promise<WebhookCreatedView> {
    requireAdmin(caller, 'make webhooks');
    const target = await this.checked(url);
    const secret = this.secrets.make();
    const id = randomUUID();
    await this.bus.transaction(this.db, async (tx) => {
      const quota = { limits: this.config.limits, limit: 'webhooks', of: '' } as const;
      await requireWithin(tx, quota, () => this.webhooks.count(tx));
      await this.webhooks.insert({ id, url: target, events, secret: this.secrets.seal(secret) }, tx);
      this.bus.publish(
        new Audited('webhook.created', { type: 'webhook', id }, { host: new URL(target).host, events }),
      );
    });
    return { ...webhookView(await this.require(id)), secret };
  }

  async list(caller: Caller, page: PageQuery): Promise<ListView<WebhookView>> {
    requireAdmin(caller, 'see webhooks');
    const { rows, nextCursor } = await this.webhooks.list(page);
    return { items: rows.map(webhookView), nextCursor };
  }

  async get(caller: Caller, id: string): Promise<WebhookView> {
    requireAdmin(caller, 'see webhooks');
    return webhookView(await this.require(id));
  }

  /**
   * An endpoint with another address, or that is switched on again, is tried as if it had never failed.
   * @throws DomainError not_allowed, webhook_not_found, webhook_refused
   */
  async patch(caller: Caller, id: string, { url, events, enabled }: WebhookPatch): Promise<WebhookView> {
    requireAdmin(caller, 'change webhooks');
    await this.require(id);
    const set = {
      ...(url !== undefined && { url: await this.checked(url) }),
      ...(events !== undefined && { events }),
      ...(enabled !== undefined && { enabled }),
      ...((url !== undefined || enabled) && { failures: 0, brokenSince: null, probeAt: null }),
    };
    const changed = Object.entries({ url, events, enabled }).flatMap(([name, to]) =>
      to === undefined ? [] : name,
    );
    await this.bus.transaction(this.db, async (tx) => {
      await this.webhooks.update(id, set, tx);
      this.bus.publish(new Audited('webhook.changed', { type: 'webhook', id }, { changed }));
    });
    if (enabled === false) await this.deliveries.giveUpSwitchedOff();
    return webhookView(await this.require(id));
  }

  /** Pending deliveries are dropped. */
  async delete(caller: Caller, id: string): Promise<void> {
    requireAdmin(caller, 'delete webhooks');
    await this.require(id);
    await this.bus.transaction(this.db, async (tx) => {
      if (await this.webhooks.delete(id, tx))
        this.bus.publish(new Audited('webhook.deleted', { type: 'webhook', id }));
    });
  }

  /**
   * Sends a `ping`, also to an endpoint that asks for other events only.
   * @throws DomainError not_allowed, webhook_not_found, webhook_disabled
   */
  async ping(caller: Caller, id: string): Promise<void> {
    requireAdmin(caller, 'try webhooks');
    await this.requireEnabled(id);
    const entry = entryOf({ type: 'ping', subject: `webhook:${id}`, data: { webhookId: id } });
    await this.deliveries.insertFor(id, entry);
    await afterCommit(() => this.lanes.wake(id));
  }

  async listDeliveries(
    caller: Caller,
    id: string,
    { state, ...page }: DeliveryQuery,
  ): Promise<ListView<WebhookDeliveryView>> {
    requireAdmin(caller, 'see webhooks');
    await this.require(id);
    const { rows, nextCursor } = await this.deliveries.list(id, state, page);
    return { items: rows.map(deliveryView), nextCursor };
  }

  /**
   * All dead letters, or one.
   * @throws DomainError not_allowed, webhook_not_found, webhook_disabled, delivery_not_found
   */
  async replay(caller: Caller, id: string, deliveryId?: string): Promise<WebhookReplayView> {
    requireAdmin(caller, 'replay webhooks');
    await this.requireEnabled(id);
    if (deliveryId !== undefined && !(isUUID(deliveryId) && (await this.deliveries.find(id, deliveryId)))) {
      throw new DomainError('delivery_not_found', { deliveryId });
    }
    const replayed = await this.bus.transaction(this.db, async () => {
      const deliveries = await this.deliveries.replay(id, deliveryId);
      const details = { deliveries };
      this.bus.publish(new Audited('webhook.replayed', { type: 'webhook', id }, details));
      return deliveries;
    });
    await afterCommit(() => this.lanes.wake(id));
    return { replayed };
  }

  private async require(id: string): Promise<Webhook> {
    const webhook = await this.webhooks.find(id);
    if (!webhook) throw new DomainError('webhook_not_found', { webhookId: id });
    return webhook;
  }

  private async requireEnabled(id: string): Promise<void> {
    if (!(await this.require(id)).enabled) throw new DomainError('webhook_disabled');
  }

  /** The address in its normal form. It is checked again at every connection. */
  private async checked(text: string): Promise<string> {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password || url.hash) {
      throw new DomainError('invalid_input', {
        reason: 'url: an http or https address without user, password and fragment',
      });
    }
    if (this.config.WEBHOOK_ALLOW_PRIVATE) return url.href;
    try {
      await publicAddresses(hostOf(url));
    } catch (error) {
      const reason = error instanceof RefusedAddress ? error.message : 'the name can’t be resolved';
      throw new DomainError('webhook_refused', { reason });
    }
    return url.href;
  }
}
