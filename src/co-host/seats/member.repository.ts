import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In } from 'typeorm';
import { stateIn } from '../../platform/common';
import { CoHostSession } from '../session/session.entity';
import { activeStates } from '../session/session.state';
import { CoHostMember } from './member.entity';
import type { Followed } from './seat-changes';
import { seatedStates, seatStates } from './seat.state';

const SEATED = In(seatedStates);

/** The members of sessions, and their seats. */
@Injectable()
export class MemberRepository {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  /** All who have or had a seat in the session, by seat. */
  ofSession(sessionId: string, tx: EntityManager = this.db.manager): Promise<CoHostMember[]> {
    return tx.find(CoHostMember, { where: { sessionId }, order: { seat: 'ASC' } });
  }

  /** As `ofSession`, of several sessions, by their ids. */
  async ofSessions(sessionIds: string[]): Promise<Map<string, CoHostMember[]>> {
    const members = new Map(sessionIds.map((id) => [id, [] as CoHostMember[]]));
    const where = { sessionId: In(sessionIds) };
    for (const row of await this.db.manager.find(CoHostMember, { where, order: { seat: 'ASC' } })) {
      members.get(row.sessionId)?.push(row);
    }
    return members;
  }

  /** Members of the paired session, while it is active; null: there is none. */
  async opponents(
    { pairedWith }: CoHostSession,
    tx: EntityManager = this.db.manager,
  ): Promise<CoHostMember[] | null> {
    if (!pairedWith) return null;
    const active = await tx.existsBy(CoHostSession, { id: pairedWith, state: In(activeStates) });
    return active ? this.ofSession(pairedWith, tx) : null;
  }

  /** Whether this user is on the air, or host of a session, on another channel. */
  async isBusy(userId: string, channelId: string, tx: EntityManager): Promise<boolean> {
    const rows: unknown[] = await tx.query(
      `SELECT 1 FROM co_host_sessions
       WHERE host_id = $1 AND ${stateIn('state', activeStates)} AND channel_id <> $2
       UNION ALL
       SELECT 1 FROM co_host_members m JOIN co_host_sessions s ON s.id = m.session_id
       WHERE m.user_id = $1 AND ${stateIn('m.state', seatedStates)} AND s.channel_id <> $2
       LIMIT 1`,
      [userId, channelId],
    );
    return rows.length > 0;
  }

  /** Users who have a seat in any session of this conference, and the hosts of those that are active. */
  async peopleOf(conferenceId: string): Promise<Set<string>> {
    const rows: { user_id: string }[] = await this.db.query(
      `SELECT m.user_id FROM co_host_members m JOIN co_host_sessions s ON s.id = m.session_id
       WHERE s.conference_id = $1 AND ${stateIn('m.state', seatedStates)}
       UNION SELECT host_id FROM co_host_sessions WHERE conference_id = $1 AND ${stateIn('state', activeStates)}`,
      [conferenceId],
    );
    return new Set(rows.map((row) => row.user_id));
  }

  async insert(
    row: Pick<CoHostMember, 'id' | 'sessionId' | 'userId' | 'name' | 'seat' | 'role'>,
    tx: EntityManager,
  ): Promise<void> {
    await tx.insert(CoHostMember, { ...row, state: seatStates.initial, seatedAt: new Date() });
  }

  /** Seats a member who had left again. */
  async reseat(member: CoHostMember, set: { name: string; seat: number }, tx: EntityManager): Promise<void> {
    const unmuted = { audio: true, video: true, audioMutedByHost: false, videoMutedByHost: false, gain: 1 };
    const fresh = { state: seatStates.initial, generation: member.generation + 1, seatedAt: new Date() };
    await tx.update(CoHostMember, { id: member.id }, { ...set, ...unmuted, ...fresh });
  }

  /** Compare-and-set: nothing changes if the member is in another state, or was seated again meanwhile. */
  async change(
    { id, generation, state }: CoHostMember,
    set: Partial<Pick<CoHostMember, 'state' | Followed>>,
    tx: EntityManager,
  ): Promise<boolean> {
    const { affected } = await tx.update(CoHostMember, { id, generation, state }, set);
    return affected === 1;
  }

  /** Under the session's lock. @param other the member on that seat, who gets the seat of the first */
  async move(
    seat: number,
    member: CoHostMember,
    other: CoHostMember | undefined,
    tx: EntityManager,
  ): Promise<void> {
    // The unique index checks after each update, and ignores members who left. Nobody else sees this in-between step.
    if (other) {
      await tx.update(CoHostMember, { id: member.id }, { state: 'left' });
      await tx.update(CoHostMember, { id: other.id }, { seat: member.seat });
    }
    await tx.update(CoHostMember, { id: member.id }, { seat, state: member.state });
  }

  /** The session has moved to another conference, and everybody seated is expected there. */
  async expectAgain(sessionId: string, tx: EntityManager): Promise<void> {
    await tx.update(CoHostMember, { sessionId, state: SEATED }, { seatedAt: new Date() });
  }

  /** Everybody leaves. @returns those who had a seat until now */
  async empty(sessionId: string, tx: EntityManager): Promise<CoHostMember[]> {
    const seated = await tx.findBy(CoHostMember, { sessionId, state: SEATED });
    await tx.update(CoHostMember, { sessionId, state: SEATED }, { state: 'left' });
    return seated;
  }
}
