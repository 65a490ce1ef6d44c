import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In, IsNull, Not, type QueryDeepPartialEntity } from 'typeorm';
import { METRICS, type Metric, gaugeBy, type HasMetrics } from '../platform/common';
import type { SeatState } from '../contracts';
import { CoHostMember, CoHostSession } from './co-host.entity';
import { ACTIVE_STATES, sessionStates } from './co-host.state';

/** Sessions and their seats. */
@Injectable()
export class CoHostRepository implements HasMetrics {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  /** Until the end of the transaction nobody else opens a session on this channel. */
  async lockChannel(channelId: string, tx: EntityManager): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('co-host:' || $1, 0))`, [channelId]);
  }

  /**
   * Until the end of the transaction nobody else brings these users on the air or invites them. After `lockChannel`,
   * and all at once: that order is what keeps two transactions from waiting for each other.
   */
  async lockUsers(userIds: readonly string[], tx: EntityManager): Promise<void> {
    for (const userId of [...new Set(userIds)].sort()) {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('co-host-user:' || $1, 0))`, [userId]);
    }
  }

  /** Is he on the air, or host of a session, on another channel? */
  async isBusy(userId: string, channelId: string, tx: EntityManager): Promise<boolean> {
    const rows: unknown[] = await tx.query(
      `SELECT 1 FROM co_host_sessions s WHERE s.channel_id <> $2
         AND (s.host_id = $1 AND s.state = ANY ($3)
              OR s.id IN (SELECT session_id FROM co_host_members WHERE user_id = $1 AND state <> 'left'))
       LIMIT 1`,
      [userId, channelId, [...ACTIVE_STATES]],
    );
    return rows.length > 0;
  }

  async [METRICS](): Promise<Metric[]> {
    const rows: { state: string; n: number }[] = await this.db.query(
      `SELECT state, count(*)::int AS n FROM co_host_sessions WHERE ended_at IS NULL GROUP BY state`,
    );
    const counts = {
      connecting: 0,
      live: 0,
      ending: 0,
      ...Object.fromEntries(rows.map((r) => [r.state, r.n])),
    };
    return [gaugeBy('lianmai_co_host_sessions', 'Co-hosting sessions that are not over.', 'state', counts)];
  }

  find(id: string, tx: EntityManager = this.db.manager): Promise<CoHostSession | null> {
    return tx.findOneBy(CoHostSession, { id });
  }

  findActive(channelId: string, tx: EntityManager = this.db.manager): Promise<CoHostSession | null> {
    return tx.findOneBy(CoHostSession, { channelId, state: In([...ACTIVE_STATES]) });
  }

  /** Those that use this conference and are not cleaned up after: two of a PK, else one at most. */
  findByConference(conferenceId: string): Promise<CoHostSession[]> {
    return this.db.manager.findBy(CoHostSession, { conferenceId, cleanedAt: IsNull() });
  }

  /** Does another active session use this conference? */
  sharesConference({ id, conferenceId }: CoHostSession): Promise<boolean> {
    return this.db.manager.existsBy(CoHostSession, {
      conferenceId,
      id: Not(id),
      state: In([...ACTIVE_STATES]),
    });
  }

  /** Users who have a seat in any session of this conference, and the hosts of those that are active. */
  async peopleOf(conferenceId: string): Promise<Set<string>> {
    const rows: { user_id: string }[] = await this.db.query(
      `SELECT m.user_id FROM co_host_members m JOIN co_host_sessions s ON s.id = m.session_id
       WHERE s.conference_id = $1 AND m.state <> 'left'
       UNION SELECT host_id FROM co_host_sessions WHERE conference_id = $1 AND state = ANY ($2)`,
      [conferenceId, [...ACTIVE_STATES]],
    );
    return new Set(rows.map((row) => row.user_id));
  }

  /** Whose mix the task is, or will be when the switch to it is done. */
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

  members(sessionId: string, tx: EntityManager = this.db.manager): Promise<CoHostMember[]> {
    return tx.find(CoHostMember, { where: { sessionId }, order: { seat: 'ASC' } });
  }

  /** Members of the session that it is paired with, while that isn't over; null: there is none. */
  async opponents({ pairedWith }: CoHostSession, tx?: EntityManager): Promise<CoHostMember[] | null> {
    const other = pairedWith ? await this.find(pairedWith, tx) : null;
    return other && !sessionStates.isFinal(other.state) ? this.members(other.id, tx) : null;
  }

  async seat(
    row: Pick<CoHostMember, 'id' | 'sessionId' | 'userId' | 'name' | 'seat' | 'role'>,
    tx: EntityManager,
  ): Promise<void> {
    await tx.insert(CoHostMember, { ...row, state: 'invited', seatedAt: new Date() });
  }

  /** The session is in another conference from now on, into which everybody who has a seat is awaited. */
  async relocate(
    id: string,
    set: Pick<CoHostSession, 'conferenceId' | 'homeConferenceId'>,
    tx: EntityManager,
  ): Promise<void> {
    await tx.update(CoHostSession, { id }, set);
    await tx.update(CoHostMember, { sessionId: id, state: Not<SeatState>('left') }, { seatedAt: new Date() });
  }

  /** Seats a user again who had left. */
  async seatAgain(
    member: CoHostMember,
    set: { name: string; seat: number },
    tx: EntityManager,
  ): Promise<void> {
    const unmuted = { audio: true, video: true, audioMutedByHost: false, videoMutedByHost: false };
    const fresh = { ...unmuted, state: 'invited' as const, turn: member.turn + 1, seatedAt: new Date() };
    await tx.update(CoHostMember, { id: member.id }, { ...set, ...fresh });
  }

  /** Compare-and-set: nothing changes where the seat is in another state, or its user was seated again meanwhile. */
  async changeSeat(
    { id, turn, state }: CoHostMember,
    set: Partial<Pick<CoHostMember, 'state' | 'audio' | 'video' | 'audioMutedByHost' | 'videoMutedByHost'>>,
    tx: EntityManager,
  ): Promise<boolean> {
    const { affected } = await tx.update(CoHostMember, { id, turn, state }, set);
    return affected === 1;
  }

  /** Under the session's lock. @param other who sits on that seat, and gets the member's instead */
  async moveTo(
    seat: number,
    member: CoHostMember,
    other: CoHostMember | undefined,
    tx: EntityManager,
  ): Promise<void> {
    // No two sit on one seat, not even between the two updates: the index looks at each. Nobody else sees this one.
    if (other) {
      await tx.update(CoHostMember, { id: member.id }, { state: 'left' });
      await tx.update(CoHostMember, { id: other.id }, { seat: member.seat });
    }
    await tx.update(CoHostMember, { id: member.id }, { seat, state: member.state });
  }

  /** Everybody leaves. @returns those who hadn't yet */
  async emptySeats(sessionId: string, tx: EntityManager): Promise<CoHostMember[]> {
    const seated = await tx.findBy(CoHostMember, { sessionId, state: Not<SeatState>('left') });
    await tx.update(CoHostMember, { sessionId, state: Not<SeatState>('left') }, { state: 'left' });
    return seated;
  }
}
