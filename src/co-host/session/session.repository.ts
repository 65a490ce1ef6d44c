import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In, IsNull, Not, type QueryDeepPartialEntity } from 'typeorm';
import {
  METRICS,
  type Metric,
  gaugeByState,
  type HasMetrics,
  type HasOverview,
  OVERVIEW,
  type OverviewPart,
  stateIn,
} from '../../platform/common';
import { daysAgo, type HasRetention, type Retained, RETENTION } from '../../platform/database';
import { CoHostSession } from './session.entity';
import { activeStates, mixingStates } from './session.state';

/** Of a session, under its id. */
const PARTS = ['co_host_members', 'co_host_bans', 'mix_switches'];
const OLD = `${daysAgo('cleaned_at')} ORDER BY cleaned_at LIMIT $2`;

const ACTIVE = In(activeStates);

@Injectable()
export class SessionRepository implements HasMetrics, HasOverview, HasRetention {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  /**
   * Until the end of the transaction nobody else opens a session on these channels, or invites these users or brings
   * them on the air. Call it once per transaction, with all of them: channels are locked first, each kind in order, so
   * no two transactions wait for each other.
   */
  async reserve(
    { channelIds, userIds }: { channelIds: readonly string[]; userIds: readonly string[] },
    tx: EntityManager,
  ): Promise<void> {
    const keys = [...inOrder('co-host', channelIds), ...inOrder('co-host-user', userIds)];
    for (const key of keys) await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [key]);
  }

  async [METRICS](): Promise<Metric[]> {
    const rows: { state: string; n: number }[] = await this.db.query(
      `SELECT state, count(*)::int AS n FROM co_host_sessions
       WHERE ${stateIn('state', activeStates)} GROUP BY state`,
    );
    const help = 'Co-hosting sessions that are not over.';
    return [gaugeByState('lianmai_co_host_sessions', help, activeStates, rows)];
  }

  async [OVERVIEW](): Promise<OverviewPart> {
    return { figures: { calls: await this.db.manager.countBy(CoHostSession, { state: ACTIVE }) } };
  }

  /** The oldest with their parts: nothing looks at them once they are cleaned up. */
  [RETENTION](): Retained[] {
    const remove = (days: number, most: number) =>
      this.db.transaction(async (tx) => {
        const old: { id: string }[] = await tx.query(`SELECT id FROM co_host_sessions WHERE ${OLD}`, [
          days,
          most,
        ]);
        const ids = [old.map(({ id }) => id)];
        for (const part of PARTS) await tx.query(`DELETE FROM ${part} WHERE session_id = ANY ($1)`, ids);
        await tx.query('DELETE FROM co_host_sessions WHERE id = ANY ($1)', ids);
        return old.length;
      });
    return [{ name: 'sessions', remove }];
  }

  find(id: string, tx: EntityManager = this.db.manager): Promise<CoHostSession | null> {
    return tx.findOneBy(CoHostSession, { id });
  }

  findActive(channelId: string, tx: EntityManager = this.db.manager): Promise<CoHostSession | null> {
    return tx.findOneBy(CoHostSession, { channelId, state: ACTIVE });
  }

  /** Sessions that use this conference and are not cleaned up yet: two for a PK, else one at most. */
  findByConference(conferenceId: string): Promise<CoHostSession[]> {
    return this.db.manager.findBy(CoHostSession, { conferenceId, cleanedAt: IsNull() });
  }

  /** Whether another active session uses this conference. */
  sharesConference({ id, conferenceId }: CoHostSession): Promise<boolean> {
    return this.db.manager.existsBy(CoHostSession, { conferenceId, id: Not(id), state: ACTIVE });
  }

  /** The session whose mix this task is, or will be when the switch to it is done. */
  findByMixTask(taskId: string): Promise<CoHostSession | null> {
    return this.db.manager
      .createQueryBuilder(CoHostSession, 's')
      .where(
        `s.id IN (SELECT id FROM co_host_sessions WHERE mix_task_id = :taskId UNION ALL
          SELECT session_id FROM mix_switches WHERE to_task_id = :taskId AND cleaned_at IS NULL)`,
        { taskId },
      )
      .getOne();
  }

  /** The row. Until the end of the transaction nobody else changes it or its seats. */
  lock(id: string, tx: EntityManager): Promise<CoHostSession | null> {
    return tx.findOne(CoHostSession, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Sessions that are active, or not cleaned up yet. */
  unfinished(): Promise<CoHostSession[]> {
    return this.db.manager.find(CoHostSession, {
      where: { cleanedAt: IsNull() },
      order: { createdAt: 'ASC' },
    });
  }

  /** Those of these sessions that are before their end. */
  async mixing(ids: string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const where = { id: In(ids), state: In(mixingStates) };
    const rows = await this.db.manager.find(CoHostSession, { select: { id: true }, where });
    return new Set(rows.map(({ id }) => id));
  }

  async insert(
    row: QueryDeepPartialEntity<CoHostSession> & { id: string },
    tx: EntityManager,
  ): Promise<CoHostSession> {
    await tx.insert(CoHostSession, row);
    return tx.findOneByOrFail(CoHostSession, { id: row.id });
  }

  async update(
    id: string,
    set: QueryDeepPartialEntity<CoHostSession>,
    tx: EntityManager = this.db.manager,
  ): Promise<void> {
    await tx.update(CoHostSession, { id }, set);
  }

  /** Of the view of a session that has changed. */
  async raiseVersion(id: string, tx: EntityManager, by = 1): Promise<void> {
    await tx.increment(CoHostSession, { id }, 'version', by);
  }

  /** 0: there is no such session. */
  async versionOf(id: string | null, tx: EntityManager): Promise<number> {
    if (id === null) return 0;
    const row = await tx.findOne(CoHostSession, { select: { version: true }, where: { id } });
    return row?.version ?? 0;
  }

  /** Notes that the stream of this mix is gone. @returns false when that was known, or the session has another mix */
  async mixLost(id: string, mixTaskId: string): Promise<boolean> {
    const gone = { id, mixTaskId, mixLostAt: IsNull() };
    const { affected } = await this.db.manager.update(CoHostSession, gone, { mixLostAt: new Date() });
    return affected === 1;
  }
}

function inOrder(kind: string, ids: readonly string[]): string[] {
  return [...new Set(ids)].sort().map((id) => `${kind}:${id}`);
}
