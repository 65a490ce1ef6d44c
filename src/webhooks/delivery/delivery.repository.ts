import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import {
  METRICS,
  type Metric,
  gaugeByState,
  type HasMetrics,
  newestFirst,
  type Page,
  type PageQuery,
  stateIn,
} from '../../platform/common';
import { hydrate } from '../../platform/database';
import type { WebhookDeliveryState } from '../../contracts';
import { Delivery } from '../webhook.entity';
import { deliveryStates, toSend } from './delivery.state';
import type { Outcome } from './webhook-sender';

/** Deliveries of one endpoint about one subject: they are sent one after the other. */
export interface Lane {
  webhookId: string;
  subject: string;
}

/** A recorded event, as it goes into the outbox. */
export interface Entry {
  eventId: string;
  eventKey: string;
  type: string;
  subject: string;
  body: string;
}

/** A claim ends after this unless its process renews it: so long a lane waits for one that died in an attempt. */
const CLAIM = `now() + interval '5 seconds'`;
/** Attempts at one endpoint at a time, about: an endpoint that hangs must not keep the others waiting. */
const MAX_AT_ONCE = 8;
const RETRY_UNTIL = `now() + interval '1 hour'`;
const isToSend = stateIn('state', toSend);
const unclaimed = '(claimed_until IS NULL OR claimed_until <= now())';

/** The outbox. Time is the database's. */
@Injectable()
export class DeliveryRepository implements HasMetrics {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  /** One delivery for every endpoint that asks for the event. @returns lanes with something to send now */
  async insert(entries: Entry[], tx: EntityManager = this.db.manager): Promise<Lane[]> {
    const lanes: Lane[] = [];
    for (const e of entries) {
      const rows: { webhook_id: string }[] = await tx.query(
        `INSERT INTO webhook_deliveries (id, webhook_id, event_id, event_key, type, subject, body, retry_until)
         SELECT gen_random_uuid(), id, $1, $2, $3, $4, $5, ${RETRY_UNTIL} FROM webhooks
         WHERE enabled AND ($3 = ANY (events) OR (events = '{}' AND $3 <> 'chat.message'))
         ON CONFLICT (webhook_id, event_key) DO NOTHING RETURNING webhook_id`,
        [e.eventId, e.eventKey, e.type, e.subject, e.body],
      );
      lanes.push(...rows.map((row) => ({ webhookId: row.webhook_id, subject: e.subject })));
    }
    return lanes;
  }

  async insertFor(webhookId: string, e: Entry): Promise<Lane> {
    await this.db.query(
      `INSERT INTO webhook_deliveries (id, webhook_id, event_id, event_key, type, subject, body, retry_until)
       VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, ${RETRY_UNTIL})`,
      [webhookId, e.eventId, e.eventKey, e.type, e.subject, e.body],
    );
    return { webhookId, subject: e.subject };
  }

  /**
   * Claims the first delivery of a lane if it is due; of any number of callers one gets it. Counts as an attempt.
   * @returns null, or `busy` where the endpoint has MAX_AT_ONCE attempts running
   */
  async claim({ webhookId, subject }: Lane): Promise<Delivery | 'busy' | null> {
    const [count]: { n: number }[] = await this.db.query(
      `SELECT count(*)::int AS n FROM webhook_deliveries
       WHERE webhook_id = $1 AND ${isToSend} AND claimed_until > now()`,
      [webhookId],
    );
    if ((count?.n ?? 0) >= MAX_AT_ONCE) return 'busy';
    const [rows] = await this.db.query<[unknown[], number]>(
      `UPDATE webhook_deliveries SET claimed_until = ${CLAIM}, attempts = attempts + 1
       WHERE ${isToSend} AND next_attempt_at <= now() AND ${unclaimed}
         AND id = (SELECT id FROM webhook_deliveries WHERE webhook_id = $1 AND subject = $2 AND ${isToSend}
                   ORDER BY position LIMIT 1)
       RETURNING *`,
      [webhookId, subject],
    );
    return hydrate(this.db.getRepository(Delivery), rows)[0] ?? null;
  }

  /** Extends the claim of a running attempt. Does nothing once it has ended, or another has begun. */
  async renew({ id, attempts }: Delivery): Promise<void> {
    await this.db.query(
      `UPDATE webhook_deliveries SET claimed_until = ${CLAIM}
       WHERE id = $1 AND attempts = $2 AND ${isToSend} AND claimed_until IS NOT NULL`,
      [id, attempts],
    );
  }

  async delivered({ id, attempts }: Delivery, { status }: Outcome): Promise<void> {
    await this.db.query(
      `UPDATE webhook_deliveries SET state = 'delivered', delivered_at = now(), claimed_until = NULL,
         last_status = $3, last_error = NULL
       WHERE id = $1 AND attempts = $2 AND ${isToSend}`,
      [id, attempts, status],
    );
  }

  /** @param pause ms until the next attempt @returns whether there is one; false: it is a dead letter now */
  async failed({ id, attempts }: Delivery, outcome: Outcome, pause: number): Promise<boolean> {
    const [rows] = await this.db.query<[{ state: WebhookDeliveryState }[], number]>(
      `UPDATE webhook_deliveries SET claimed_until = NULL, last_status = $3, last_error = $4,
         state = CASE WHEN now() >= retry_until THEN 'dead' ELSE state END,
         next_attempt_at = now() + $5 * interval '1 millisecond'
       WHERE id = $1 AND attempts = $2 AND ${isToSend} RETURNING state`,
      [id, attempts, outcome.status, outcome.error, pause],
    );
    return rows.some(({ state }) => toSend.includes(state));
  }

  /** Lanes whose first is due and not claimed: a job was lost, or never added. */
  async overdueLanes(): Promise<Lane[]> {
    const rows: { webhook_id: string; subject: string }[] = await this.db.query(
      `SELECT DISTINCT webhook_id, subject FROM webhook_deliveries
       WHERE ${isToSend} AND next_attempt_at < now() - interval '3 seconds' AND ${unclaimed} LIMIT 500`,
    );
    return rows.map((row) => ({ webhookId: row.webhook_id, subject: row.subject }));
  }

  list(webhookId: string, state: WebhookDeliveryState | undefined, page: PageQuery): Promise<Page<Delivery>> {
    const query = this.db.getRepository(Delivery).createQueryBuilder('d');
    return newestFirst(query.where({ webhookId, ...(state && { state }) }), page);
  }

  /** Makes dead letters pending again, for an hour. @param id only this one @returns lanes with something to send now */
  async replay(webhookId: string, id?: string): Promise<(Lane & { id: string })[]> {
    const [rows] = await this.db.query<[{ id: string; subject: string }[], number]>(
      `UPDATE webhook_deliveries SET state = 'pending', attempts = 0, next_attempt_at = now(),
         retry_until = ${RETRY_UNTIL}
       WHERE webhook_id = $1 AND ${stateIn('state', deliveryStates.sourcesOf('pending'))}
         AND ($2::uuid IS NULL OR id = $2) RETURNING id, subject`,
      [webhookId, id ?? null],
    );
    return rows.map((row) => ({ id: row.id, webhookId, subject: row.subject }));
  }

  find(webhookId: string, id: string): Promise<Delivery | null> {
    return this.db.getRepository(Delivery).findOneBy({ id, webhookId });
  }

  /** Delivered ones are kept for a day, dead letters for 30. */
  async clean(): Promise<void> {
    await this.db.query(
      `DELETE FROM webhook_deliveries
       WHERE (state = 'delivered' AND delivered_at < now() - interval '1 day')
          OR (state = 'dead' AND created_at < now() - interval '30 days')`,
    );
  }

  async [METRICS](): Promise<Metric[]> {
    const rows: { state: string; n: number }[] = await this.db.query(
      'SELECT state, count(*)::int AS n FROM webhook_deliveries GROUP BY state',
    );
    const help = 'Webhook deliveries of the whole installation; delivered: in the last day.';
    return [gaugeByState('lianmai_webhook_deliveries', help, deliveryStates.all, rows)];
  }
}
