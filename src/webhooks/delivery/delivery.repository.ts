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
import { type HasRetention, hydrate, type Retained, retained, RETENTION } from '../../platform/database';
import type { WebhookDeadReason, WebhookDeliveryState } from '../../contracts';
import { Delivery } from '../webhook.entity';
import { deliveryStates, toSend } from './delivery.state';
import type { Outcome } from './webhook-sender';

/** A recorded event, as it goes into the outbox. */
export interface Entry {
  eventId: string;
  eventKey: string;
  type: string;
  subject: string;
  body: string;
}

/** A claim ends after this unless its process renews it: so long a subject waits for a process that died in an attempt. */
const CLAIM = `now() + interval '5 seconds'`;
const RETRY_UNTIL = `now() + interval '1 hour'`;
/** Given up at a time, so that no statement holds many rows for long. */
const BATCH = 1_000;
const isToSend = stateIn('state', toSend);
const NOT_TAKEN = deliveryStates.all.filter((state) => state !== 'delivered');
const unclaimed = '(claimed_until IS NULL OR claimed_until <= now())';

/**
 * The first delivery of each subject after `$2`, one index lookup each, as long as somebody reads on: however many wait
 * behind it, they cost nothing. Alphabetically, so whoever claims goes on where they were.
 */
const HEADS = `heads AS (
  (${firstAfter('$2')})
  UNION ALL
  SELECT next.* FROM heads CROSS JOIN LATERAL (${firstAfter('heads.subject')}) next)`;

function firstAfter(subject: string): string {
  return `SELECT id, subject, next_attempt_at, claimed_until FROM webhook_deliveries
    WHERE webhook_id = $1 AND ${isToSend} AND subject > ${subject} ORDER BY subject, position LIMIT 1`;
}

/** The outbox. Time is the database's. */
@Injectable()
export class DeliveryRepository implements HasMetrics, HasRetention {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  [RETENTION](): Retained[] {
    const table = 'webhook_deliveries';
    const dead = { table, since: 'created_at', which: `state = 'dead'` };
    return [
      retained(this.db, 'webhookDelivered', { table, since: 'delivered_at' }),
      retained(this.db, 'webhookDead', dead),
    ];
  }

  /** One delivery for every endpoint that asks for the event. @returns ids of the endpoints with something new */
  async insert(entries: Entry[], tx: EntityManager = this.db.manager): Promise<Set<string>> {
    const endpoints = new Set<string>();
    for (const e of entries) {
      const rows: { webhook_id: string }[] = await tx.query(
        `INSERT INTO webhook_deliveries (id, webhook_id, event_id, event_key, type, subject, body, retry_until)
         SELECT gen_random_uuid(), id, $1, $2, $3, $4, $5, ${RETRY_UNTIL} FROM webhooks
         WHERE enabled AND ($3 = ANY (events) OR (events = '{}' AND $3 <> 'chat.message'))
         ON CONFLICT (webhook_id, event_key) DO NOTHING RETURNING webhook_id`,
        [e.eventId, e.eventKey, e.type, e.subject, e.body],
      );
      for (const row of rows) endpoints.add(row.webhook_id);
    }
    return endpoints;
  }

  async insertFor(webhookId: string, e: Entry): Promise<void> {
    await this.db.query(
      `INSERT INTO webhook_deliveries (id, webhook_id, event_id, event_key, type, subject, body, retry_until)
       VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, ${RETRY_UNTIL})`,
      [webhookId, e.eventId, e.eventKey, e.type, e.subject, e.body],
    );
  }

  /** Attempts at an endpoint that run now, in all processes. */
  async running(webhookId: string, tx: EntityManager): Promise<number> {
    const [count]: { n: number }[] = await tx.query(
      `SELECT count(*)::int AS n FROM webhook_deliveries
       WHERE webhook_id = $1 AND ${isToSend} AND claimed_until > now()`,
      [webhookId],
    );
    return count?.n ?? 0;
  }

  /**
   * Claims what is due, at most one of each subject; counts as an attempt. Under the endpoint's lock.
   * @param after subjects from here on first
   */
  async claim(webhookId: string, after: string, most: number, tx: EntityManager): Promise<Delivery[]> {
    const [rows] = await tx.query<[unknown[], number]>(
      `WITH RECURSIVE ${HEADS}
       UPDATE webhook_deliveries SET claimed_until = ${CLAIM}, attempts = attempts + 1
       WHERE id IN (SELECT id FROM heads WHERE next_attempt_at <= now() AND ${unclaimed} LIMIT $3)
       RETURNING *`,
      [webhookId, after, most],
    );
    return hydrate(this.db.getRepository(Delivery), rows);
  }

  /** Extends the claims of running attempts; of one that has ended, or been taken over, it doesn't. */
  async renew(running: readonly Delivery[]): Promise<void> {
    await this.db.query(
      `UPDATE webhook_deliveries d SET claimed_until = ${CLAIM}
       FROM unnest($1::uuid[], $2::int[]) AS mine (id, attempts)
       WHERE d.id = mine.id AND d.attempts = mine.attempts AND ${stateIn('d.state', toSend)}
         AND d.claimed_until IS NOT NULL`,
      [running.map(({ id }) => id), running.map(({ attempts }) => attempts)],
    );
  }

  /** An attempt that was broken off doesn't count. */
  async release({ id, attempts }: Delivery): Promise<void> {
    await this.db.query(
      `UPDATE webhook_deliveries SET claimed_until = NULL, attempts = attempts - 1
       WHERE id = $1 AND attempts = $2 AND ${isToSend}`,
      [id, attempts],
    );
  }

  async delivered({ id, attempts }: Delivery, { status }: Outcome, tx: EntityManager): Promise<void> {
    await tx.query(
      `UPDATE webhook_deliveries SET state = 'delivered', delivered_at = now(), claimed_until = NULL,
         last_status = $3, last_error = NULL
       WHERE id = $1 AND attempts = $2 AND ${isToSend}`,
      [id, attempts, status],
    );
  }

  /** @param pauseMs until the next attempt @returns whether there is one; false: it is a dead letter now */
  async failed(
    { id, attempts }: Delivery,
    outcome: Outcome,
    pauseMs: number,
    tx: EntityManager,
  ): Promise<boolean> {
    const [rows] = await tx.query<[{ state: WebhookDeliveryState }[], number]>(
      `UPDATE webhook_deliveries SET claimed_until = NULL, last_status = $3, last_error = $4,
         state = CASE WHEN now() >= retry_until THEN 'dead' ELSE state END,
         dead_reason = CASE WHEN now() >= retry_until THEN 'not_taken' END,
         next_attempt_at = now() + $5 * interval '1 millisecond'
       WHERE id = $1 AND attempts = $2 AND ${isToSend} RETURNING state`,
      [id, attempts, outcome.status, outcome.error, pauseMs],
    );
    return rows.some(({ state }) => toSend.includes(state));
  }

  /** A dead letter at once: sending it again would change nothing. */
  async unsendable({ id, attempts }: Delivery, reason: WebhookDeadReason): Promise<void> {
    await this.db.query(
      `UPDATE webhook_deliveries SET state = 'dead', dead_reason = $3, claimed_until = NULL,
         last_status = NULL, last_error = NULL
       WHERE id = $1 AND attempts = $2 AND ${isToSend}`,
      [id, attempts, reason],
    );
  }

  /** What waits for endpoints that are switched off becomes dead letters. */
  async giveUpSwitchedOff(): Promise<void> {
    await this.giveUp('NOT w.enabled', 'switched_off');
  }

  /** What has waited for its hour at endpoints that are down becomes dead letters, attempted or not. */
  async giveUpLate(): Promise<void> {
    await this.giveUp('w.broken_since IS NOT NULL AND d.retry_until <= now()', 'not_taken');
  }

  private async giveUp(which: string, reason: WebhookDeadReason): Promise<void> {
    await this.db.query(
      `UPDATE webhook_deliveries SET state = 'dead', dead_reason = $1
       WHERE ${isToSend} AND ${unclaimed} AND id IN (
         SELECT d.id FROM webhooks w JOIN webhook_deliveries d ON d.webhook_id = w.id
         WHERE ${stateIn('d.state', toSend)} AND ${which} LIMIT ${BATCH})`,
      [reason],
    );
  }

  list(webhookId: string, state: WebhookDeliveryState | undefined, page: PageQuery): Promise<Page<Delivery>> {
    const query = this.db.getRepository(Delivery).createQueryBuilder('d');
    return newestFirst(query.where({ webhookId, ...(state && { state }) }), page);
  }

  /** Makes dead letters pending again, for an hour. @param id only this one @returns how many */
  async replay(webhookId: string, id?: string): Promise<number> {
    const [, replayed] = await this.db.query<[unknown, number]>(
      `UPDATE webhook_deliveries SET state = 'pending', dead_reason = NULL, attempts = 0, next_attempt_at = now(),
         retry_until = ${RETRY_UNTIL}
       WHERE webhook_id = $1 AND ${stateIn('state', deliveryStates.sourcesOf('pending'))}
         AND ($2::uuid IS NULL OR id = $2)`,
      [webhookId, id ?? null],
    );
    return replayed;
  }

  find(webhookId: string, id: string): Promise<Delivery | null> {
    return this.db.getRepository(Delivery).findOneBy({ id, webhookId });
  }

  async [METRICS](): Promise<Metric[]> {
    const rows: { state: string; n: number }[] = await this.db.query(
      `SELECT state, count(*)::int AS n FROM webhook_deliveries WHERE state <> 'delivered' GROUP BY state`,
    );
    const help = 'Webhook deliveries of the whole installation that were not taken.';
    return [gaugeByState('lianmai_webhook_deliveries', help, NOT_TAKEN, rows)];
  }
}
