import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In, IsNull, Not, type QueryDeepPartialEntity } from 'typeorm';
import { METRICS, type Metric, gaugeByState, type HasMetrics, stateIn } from '../../platform/common';
import { CoHostSession } from './session.entity';
import { ACTIVE_STATES } from './session.state';

const ACTIVE = In(ACTIVE_STATES);

@Injectable()
export class SessionRepository implements HasMetrics {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  /**
   * Until the end of the transaction nobody else opens a session on these channels, or brings these users on the air
   * or invites them. Once per transaction and with all of them: channels come first, each kind in order, so that no
   * two transactions wait for each other.
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
       WHERE ${stateIn('state', ACTIVE_STATES)} GROUP BY state`,
    );
    const help = 'Co-hosting sessions that are not over.';
    return [gaugeByState('lianmai_co_host_sessions', help, ACTIVE_STATES, rows)];
  }

  find(id: string, tx: EntityManager = this.db.manager): Promise<CoHostSession | null> {
    return tx.findOneBy(CoHostSession, { id });
  }

  findActive(channelId: string, tx: EntityManager = this.db.manager): Promise<CoHostSession | null> {
    return tx.findOneBy(CoHostSession, { channelId, state: ACTIVE });
  }

  /** Those that use this conference and are not cleaned up after: two of a PK, else one at most. */
  findByConference(conferenceId: string): Promise<CoHostSession[]> {
    return this.db.manager.findBy(CoHostSession, { conferenceId, cleanedAt: IsNull() });
  }

  /** Does another active session use this conference? */
  sharesConference({ id, conferenceId }: CoHostSession): Promise<boolean> {
    return this.db.manager.existsBy(CoHostSession, { conferenceId, id: Not(id), state: ACTIVE });
  }

  /** The session whose mix this task is, or will be when the switch to it is done. */
  findByMixTask(taskId: string): Promise<CoHostSession | null> {
    return this.db.manager
      .createQueryBuilder(CoHostSession, 's')
      .where('s.mixTaskId = :taskId', { taskId })
      .orWhere(
        's.id IN (SELECT session_id FROM mix_switches WHERE to_task_id = :taskId AND cleaned_at IS NULL)',
      )
      .getOne();
  }

  /** The row, and until the end of the transaction nobody else changes it or its seats. */
  lock(id: string, tx: EntityManager): Promise<CoHostSession | null> {
    return tx.findOne(CoHostSession, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Sessions that are active, or over but not cleaned up after. */
  unfinished(): Promise<CoHostSession[]> {
    return this.db.manager.find(CoHostSession, {
      where: { cleanedAt: IsNull() },
      order: { createdAt: 'ASC' },
    });
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

  /** Notes that the stream of this mix is gone. @returns false when that is known, or it isn't the session's mix */
  async mixLost(id: string, mixTaskId: string): Promise<boolean> {
    const gone = { id, mixTaskId, mixLostAt: IsNull() };
    const { affected } = await this.db.manager.update(CoHostSession, gone, { mixLostAt: new Date() });
    return affected === 1;
  }
}

function inOrder(kind: string, ids: readonly string[]): string[] {
  return [...new Set(ids)].sort().map((id) => `${kind}:${id}`);
}
