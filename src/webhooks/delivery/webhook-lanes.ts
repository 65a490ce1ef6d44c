import { Injectable } from '@nestjs/common';
import { Log, Sweeper } from '../../platform/common';
import { DUTIES, LastingConnection } from '../../platform/database';
import type { Delivery } from '../webhook.entity';
import { WebhookRepository } from '../webhook.repository';
import { DeliveryRepository } from './delivery.repository';
import { type Claimed, WebhookCourier } from './webhook-courier';

/** Also how late the second attempt at a delivery may be. */
const SWEEP_MS = 1_000;
const RENEW_MS = 1_000;
/** At the end of the process, for attempts that run; then they are broken off. */
const END_MS = 2_000;

/** An endpoint as this process serves it. */
interface Lane {
  claiming: boolean;
  /** Something has come while it was claiming. */
  again: boolean;
  /** Subjects take turns: the last one that was served. */
  after: string;
}

/**
 * Sends what is in the outbox, each endpoint by itself: one that hangs holds up nobody else. The rows alone say what is
 * to be sent and who sends it, so any number of processes may do this, and a wake too many or too few does no harm.
 */
@Injectable()
export class WebhookLanes extends Sweeper {
  private readonly lanes = new Map<string, Lane>();
  private readonly running = new Map<Delivery, Promise<void>>();
  private readonly end = new AbortController();
  private readonly renewal = setInterval(() => void this.renew(), RENEW_MS);

  constructor(
    private readonly webhooks: WebhookRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly courier: WebhookCourier,
    connection: LastingConnection,
  ) {
    super(new Log('webhooks'), SWEEP_MS, { duty: connection.duty(DUTIES.webhooks) });
  }

  override async onModuleDestroy(): Promise<void> {
    await super.onModuleDestroy();
    const timer = setTimeout(() => this.end.abort(), END_MS);
    while (this.running.size > 0) await Promise.all(this.running.values());
    clearTimeout(timer);
    clearInterval(this.renewal);
  }

  /** There may be something to send to this endpoint. Never throws. */
  wake(webhookId: string): void {
    let lane = this.lanes.get(webhookId);
    if (!lane) this.lanes.set(webhookId, (lane = { claiming: false, again: false, after: '' }));
    lane.again = true;
    if (!lane.claiming && !this.closed) void this.claim(webhookId, lane);
  }

  protected async round(): Promise<void> {
    for (const id of await this.webhooks.due()) this.wake(id);
    await this.deliveries.giveUpSwitchedOff();
    await this.deliveries.giveUpLate();
  }

  private async claim(webhookId: string, lane: Lane): Promise<void> {
    lane.claiming = true;
    try {
      while (lane.again && !this.closed) {
        lane.again = false;
        const claimed = await this.courier.claim(webhookId, lane.after);
        lane.after = claimed?.rows.at(-1)?.subject ?? '';
        if (claimed) this.start(claimed);
      }
    } catch (error) {
      this.log.error({ err: error, webhookId }, 'webhooks could not be claimed; again soon');
    } finally {
      lane.claiming = false;
    }
  }

  private start({ webhook, rows }: Claimed): void {
    for (const row of rows) {
      const run = this.courier.carry(webhook, row, this.end.signal).finally(() => {
        this.running.delete(row);
        this.wake(webhook.id);
      });
      this.running.set(row, run);
    }
  }

  /** The next renewal makes up for one that fails; if all fail, another process sends the deliveries again. */
  private async renew(): Promise<void> {
    if (this.running.size > 0) await this.deliveries.renew([...this.running.keys()]).catch(() => undefined);
  }
}
