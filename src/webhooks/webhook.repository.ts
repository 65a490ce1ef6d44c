import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { DataSource, type EntityManager, IsNull, Not, type QueryDeepPartialEntity } from 'typeorm';
import {
  type Alarm,
  type HasOverview,
  newestFirst,
  OVERVIEW,
  type OverviewPart,
  type Page,
  type PageQuery,
  sealColumnAnew,
  stateIn,
} from '../platform/common';
import { toSend } from './delivery/delivery.state';
import { Webhook } from './webhook.entity';

@Injectable()
export class WebhookRepository implements HasOverview {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  list(page: PageQuery): Promise<Page<Webhook>> {
    return newestFirst(this.db.getRepository(Webhook).createQueryBuilder('w'), page);
  }

  async find(id: string, tx: EntityManager = this.db.manager): Promise<Webhook | null> {
    return isUUID(id) ? tx.findOneBy(Webhook, { id }) : null;
  }

  count(tx: EntityManager): Promise<number> {
    return tx.count(Webhook);
  }

  async insert(row: QueryDeepPartialEntity<Webhook>, tx: EntityManager): Promise<void> {
    await tx.insert(Webhook, row);
  }

  async update(id: string, set: QueryDeepPartialEntity<Webhook>, tx: EntityManager): Promise<void> {
    if (Object.keys(set).length > 0) await tx.update(Webhook, { id }, set);
  }

  /** Of secrets. @param sealAnew see SealedBox */
  async sealSecretsAnew(sealAnew: (sealed: Buffer) => Buffer | null): Promise<void> {
    await sealColumnAnew(this.db.manager, { table: 'webhooks', column: 'secret' }, sealAnew);
  }

  /** Its deliveries go with it. @returns false when there was none */
  async delete(id: string, tx: EntityManager): Promise<boolean> {
    return (await tx.delete(Webhook, { id })).affected === 1;
  }

  /** Locks an endpoint that is switched on. Deliveries can be recorded meanwhile: they only need its key. */
  lock(id: string, tx: EntityManager): Promise<Webhook | null> {
    return tx.findOne(Webhook, { where: { id, enabled: true }, lock: { mode: 'for_no_key_update' } });
  }

  /** Endpoints that may be sent something that is due, and isn't being sent. */
  async due(): Promise<string[]> {
    const rows: { id: string }[] = await this.db.query(
      `SELECT id FROM webhooks w WHERE enabled AND (probe_at IS NULL OR probe_at <= now())
         AND EXISTS (SELECT 1 FROM webhook_deliveries WHERE webhook_id = w.id AND ${stateIn('state', toSend)}
                     AND next_attempt_at <= now() AND (claimed_until IS NULL OR claimed_until <= now()))`,
    );
    return rows.map(({ id }) => id);
  }

  /** It takes what it is sent: from now on without probes. */
  async answers(id: string, tx: EntityManager): Promise<void> {
    await tx.query(
      `UPDATE webhooks SET failures = 0, broken_since = NULL, probe_at = NULL WHERE id = $1 AND failures > 0`,
      [id],
    );
  }

  /** @param pauseMs until the next probe; null: it is not down */
  async fails(id: string, pauseMs: number | null, tx: EntityManager): Promise<void> {
    await tx.query(
      `UPDATE webhooks SET failures = failures + 1,
         broken_since = CASE WHEN $2::int IS NULL THEN NULL ELSE coalesce(broken_since, now()) END,
         probe_at = now() + $2::int * interval '1 millisecond' WHERE id = $1`,
      [id, pauseMs],
    );
  }

  /** Those that are down: only probes are sent to them. */
  async [OVERVIEW](): Promise<OverviewPart> {
    const down = await this.db.manager.findBy(Webhook, { enabled: true, brokenSince: Not(IsNull()) });
    return { alarms: down.map(failureAlarm) };
  }
}

function failureAlarm({ id, url, failures, brokenSince }: Webhook): Alarm {
  return {
    code: 'webhook_failing',
    // The rest of an address may be a secret.
    subject: { type: 'webhook', id, name: new URL(url).host },
    ...{ channelId: null, reason: null, value: failures, expected: null },
    ...(brokenSince && { since: brokenSince.toISOString() }),
  };
}
