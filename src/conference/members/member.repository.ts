import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import {
  And,
  DataSource,
  type EntityManager,
  In,
  IsNull,
  Not,
  type QueryDeepPartialEntity,
  type Repository,
  type UpdateQueryBuilder,
} from 'typeorm';
import type { MemberPatch } from '../../contracts';
import {
  METRICS,
  type Metric,
  gauge,
  gaugeByState,
  type HasMetrics,
  type HasOverview,
  OVERVIEW,
  type OverviewPart,
  stateIn,
} from '../../platform/common';
import { hydrate } from '../../platform/database';
import { conferenceStates } from '../conference.state';
import { ConferenceMember, type LeftReason } from './conference-member.entity';
import { memberStates, presentStates } from './member.state';

const gone = { state: 'left', graceDeadline: null, sendingAudio: false, sendingVideo: false } as const;
const isPresent = stateIn('state', presentStates);
/** Out, and may come back. */
const hasLeft = stateIn('state', memberStates.sourcesOf('invited'));
/** Media may come from them, or comes. */
const mayConnect = memberStates.sourcesAnd('connected');
/** Media came from them. */
const mayBeLost = stateIn('state', memberStates.sourcesOf('joined', ['connected']));
const isOpen = stateIn('state', conferenceStates.open);
/** A node speaks for the conferences that it carries, and for no others. */
const isOnNode = `conference_id IN (SELECT id FROM conferences WHERE node_id = :nodeId AND ${isOpen})`;
const lost = { state: 'joined', sendingAudio: false, sendingVideo: false } as const;

/** Every change is a compare-and-set on the state; the rows that it returns are the ones that changed. */
@Injectable()
export class MemberRepository implements HasMetrics, HasOverview {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  async [METRICS](): Promise<Metric[]> {
    const rows: { state: string | null; n: number }[] = await this.db.query(
      `SELECT m.state, count(*)::int AS n FROM conference_members m JOIN conferences c ON c.id = m.conference_id
       WHERE ${stateIn('c.state', conferenceStates.open)} AND ${stateIn('m.state', presentStates)} GROUP BY m.state
       UNION ALL SELECT NULL, count(*)::int FROM conferences WHERE ${isOpen}`,
    );
    const present = rows.filter((row): row is { state: string; n: number } => row.state !== null);
    const open = rows.find(({ state }) => state === null);
    return [
      gaugeByState('lianmai_conference_members', 'Members of open conferences.', presentStates, present),
      gauge('lianmai_conferences_open', 'Conferences that have not ended.', open?.n ?? 0),
    ];
  }

  async [OVERVIEW](): Promise<OverviewPart> {
    return { figures: { peopleInCalls: await this.members().countBy({ state: 'connected' }) } };
  }

  find(conferenceId: string, userId: string, tx?: EntityManager): Promise<ConferenceMember | null> {
    return this.members(tx).findOneBy({ conferenceId, userId });
  }

  findByMemberIds(memberIds: string[]): Promise<ConferenceMember[]> {
    return memberIds.length === 0 ? Promise.resolve([]) : this.members().findBy({ memberId: In(memberIds) });
  }

  /**
   * For a report of a node.
   * @param memberIds that it names, of any conference
   * @param nodeId those too that are connected to this node by what it said before; null: no others
   */
  async carried(memberIds: string[], nodeId: string | null): Promise<ConferenceMember[]> {
    const rows: unknown = await this.db.query(
      `SELECT * FROM conference_members WHERE member_id = ANY($1::uuid[])
       UNION SELECT m.* FROM conference_members m JOIN conferences c ON c.id = m.conference_id
       WHERE m.state = 'connected' AND c.node_id = $2 AND ${stateIn('c.state', conferenceStates.open)}`,
      [memberIds.filter((id) => isUUID(id)), nodeId],
    );
    return hydrate(this.members(), rows);
  }

  countInCall(conferenceId: string, tx: EntityManager): Promise<number> {
    return this.members(tx).countBy({ conferenceId, state: In(mayConnect) });
  }

  list(conferenceIds: string[]): Promise<ConferenceMember[]> {
    if (conferenceIds.length === 0) return Promise.resolve([]);
    return this.members().find({
      where: { conferenceId: In(conferenceIds) },
      order: { createdAt: 'ASC', userId: 'ASC' },
    });
  }

  /** Under the conference's lock only (ConferenceRepository.lock). */
  async insert(member: ConferenceMember, tx: EntityManager): Promise<void> {
    await this.members(tx).insert(member);
  }

  /** A move decided under the conference's lock; media and timers don't take the lock, so `from` is compared. */
  async move(
    from: ConferenceMember,
    to: Partial<ConferenceMember>,
    tx: EntityManager,
  ): Promise<ConferenceMember | null> {
    const { conferenceId, userId, memberId, state } = from;
    const [moved] = await this.update(to, tx, (q) =>
      q
        .where('conference_id = :conferenceId AND user_id = :userId', { conferenceId, userId })
        .andWhere('member_id = :memberId AND state = :was', { memberId, was: state }),
    );
    return moved ?? null;
  }

  /** Media of this membership arrives at the node that carries its conference; without effect by any other node. */
  connect(
    nodeId: string,
    memberId: string,
    sending: { audio: boolean; video: boolean },
    tx: EntityManager,
  ): Promise<ConferenceMember[]> {
    const { audio, video } = sending;
    const to = { state: 'connected', graceDeadline: null, sendingAudio: audio, sendingVideo: video } as const;
    return this.update(to, tx, (q) =>
      q
        .where(`member_id = :memberId AND ${stateIn('state', mayConnect)}`, { memberId })
        .andWhere(isOnNode, { nodeId })
        .andWhere(
          '(state, sending_audio, sending_video) IS DISTINCT FROM (:connected, :audio::boolean, :video::boolean)',
          { connected: to.state, audio, video },
        ),
    );
  }

  /** Their node has lost the media of these members: they have until `deadline` to come back. As `connect`, by their node. */
  disconnect(
    nodeId: string,
    memberIds: string[],
    deadline: Date,
    tx: EntityManager,
  ): Promise<ConferenceMember[]> {
    if (memberIds.length === 0) return Promise.resolve([]);
    return this.update({ ...lost, graceDeadline: deadline }, tx, (q) =>
      q.where(`member_id IN (:...memberIds) AND ${mayBeLost}`, { memberIds }).andWhere(isOnNode, { nodeId }),
    );
  }

  disconnectNode(nodeId: string, deadline: Date, tx: EntityManager): Promise<ConferenceMember[]> {
    return this.update({ ...lost, graceDeadline: deadline }, tx, (q) =>
      q.where(isOnNode, { nodeId }).andWhere(mayBeLost),
    );
  }

  async isAnyOverdue(): Promise<boolean> {
    const rows: unknown[] = await this.db.query(
      'SELECT 1 FROM conference_members WHERE grace_deadline <= now() LIMIT 1',
    );
    return rows.length > 0;
  }

  /** Members whose grace is over. Of any number of concurrent calls one gets each of them. */
  expire(now: Date, tx: EntityManager): Promise<ConferenceMember[]> {
    return this.update({ ...gone, leftReason: 'lost' }, tx, (q) =>
      q.where(`${isPresent} AND grace_deadline <= :now`, { now }),
    );
  }

  /** The member was admitted once more, present or not. @param moderatorId from now on; null: the owner */
  async countAdmission(
    { conferenceId, userId }: ConferenceMember,
    moderatorId: string | null,
    tx: EntityManager,
  ): Promise<void> {
    const set = { admission: () => 'admission + 1', moderatorId };
    await this.members(tx).update({ conferenceId, userId }, set);
  }

  /** @param admission only where it is still the latest; undefined: any */
  leave(
    conferenceId: string,
    userId: string,
    reason: LeftReason,
    admission: number | undefined,
    tx: EntityManager,
  ): Promise<ConferenceMember[]> {
    return this.update({ ...gone, leftReason: reason }, tx, (q) => {
      q.where(`conference_id = :conferenceId AND user_id = :userId AND ${isPresent}`, {
        conferenceId,
        userId,
      });
      return admission === undefined ? q : q.andWhere('admission = :admission', { admission });
    });
  }

  /** Are there members, present or admitted, with another moderator? */
  hasOtherModerators(conferenceId: string, ownerId: string, tx: EntityManager): Promise<boolean> {
    return this.members(tx).existsBy({
      conferenceId,
      state: In(presentStates),
      moderatorId: And(Not(IsNull()), Not(ownerId)),
    });
  }

  /** A member who has left already may not come back; empty where that was so. @param admission as for `leave` */
  forbidReturn(
    conferenceId: string,
    userId: string,
    admission: number | undefined,
    tx: EntityManager,
  ): Promise<ConferenceMember[]> {
    return this.update({ leftReason: 'removed' }, tx, (q) => {
      q.where(
        `conference_id = :conferenceId AND user_id = :userId AND ${hasLeft} AND left_reason <> 'removed'`,
        { conferenceId, userId },
      );
      return admission === undefined ? q : q.andWhere('admission = :admission', { admission });
    });
  }

  async endAll(conferenceId: string, tx: EntityManager): Promise<void> {
    await this.update({ ...gone, leftReason: 'ended' }, tx, (q) =>
      q.where(`conference_id = :conferenceId AND ${isPresent}`, { conferenceId }),
    );
  }

  /**
   * By `self`: nothing changes where the member wants to switch on what the host has muted.
   * @param gain checked by the caller: who may set it
   */
  allow(
    conferenceId: string,
    userId: string,
    { audio, video, gain }: MemberPatch,
    by: 'self' | 'host',
    tx: EntityManager,
  ): Promise<ConferenceMember[]> {
    const set =
      by === 'self'
        ? { ...(audio !== undefined && { audio }), ...(video !== undefined && { video }) }
        : {
            ...(audio !== undefined && { audioMutedByHost: !audio }),
            ...(video !== undefined && { videoMutedByHost: !video }),
          };
    // An update of nothing is no SQL; this one changes nothing and finds the row.
    const permits = Object.keys(set).length > 0;
    const to = {
      ...{ userId, ...set, ...(gain !== undefined && { gain }) },
      ...(permits && { permissionsVersion: () => 'permissions_version + 1' }),
    };
    return this.update(to, tx, (q) => {
      q.where(`conference_id = :conferenceId AND user_id = :userId AND ${isPresent}`, {
        conferenceId,
        userId,
      });
      if (by === 'self' && audio) q.andWhere('NOT audio_muted_by_host');
      if (by === 'self' && video) q.andWhere('NOT video_muted_by_host');
      return q;
    });
  }

  private async update(
    to: QueryDeepPartialEntity<ConferenceMember>,
    tx: EntityManager | undefined,
    where: (q: UpdateQueryBuilder<ConferenceMember>) => UpdateQueryBuilder<ConferenceMember>,
  ): Promise<ConferenceMember[]> {
    const members = this.members(tx);
    const done = await where(members.createQueryBuilder().update().set(to)).returning('*').execute();
    return hydrate(members, done.raw);
  }

  private members(tx?: EntityManager): Repository<ConferenceMember> {
    return (tx ?? this.db.manager).getRepository(ConferenceMember);
  }
}
