import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In, LessThanOrEqual, MoreThan, Not } from 'typeorm';
import {
  type HasOverview,
  newestFirst,
  OVERVIEW,
  type OverviewPart,
  type Page,
  type PageQuery,
  stateIn,
} from '../../platform/common';
import { type HasRetention, type Retained, retained, RETENTION } from '../../platform/database';
import type { InvitationKind, InvitationState, ApplicantView } from '../../contracts';
import { Invitation } from './invitation.entity';
import { invitationStates } from './invitation.state';

const ANSWERED = stateIn('state', invitationStates.over);
const PENDING = In(invitationStates.open);
/** Of those who wait so many are shown. */
const LONGEST = 10;
/** A challenge isn't queued and asks for no seat. */
const FOR_A_SEAT = Not<InvitationKind>('pk');

@Injectable()
export class InvitationRepository implements HasOverview, HasRetention {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  [RETENTION](): Retained[] {
    const since = { table: 'invitations', since: 'created_at', which: ANSWERED };
    return [retained(this.db, 'invitations', since)];
  }

  /** Who waits to be let in. */
  async [OVERVIEW](): Promise<OverviewPart> {
    const which = { kind: 'apply' as const, state: PENDING };
    const [[figures], longest] = await Promise.all([
      this.db.query<[OverviewPart['figures']]>(
        `SELECT count(*)::int AS applications, count(DISTINCT channel_id)::int AS "applicationChannels"
         FROM invitations WHERE kind = 'apply' AND state = 'pending'`,
      ),
      this.db.manager.find(Invitation, {
        where: which,
        order: { createdAt: 'ASC', id: 'ASC' },
        take: LONGEST,
      }),
    ]);
    return { figures, applicants: longest.map(applicantView) };
  }

  async insert(row: Omit<Invitation, 'createdAt'>, tx: EntityManager): Promise<Invitation> {
    // Not the transaction's start: waiting longer for the channel's lock must not give a better place in the queue.
    await tx.insert(Invitation, { ...row, createdAt: () => 'clock_timestamp()' });
    return tx.findOneByOrFail(Invitation, { id: row.id });
  }

  find(id: string, tx: EntityManager = this.db.manager): Promise<Invitation | null> {
    return tx.findOneBy(Invitation, { id });
  }

  /** Pending applications of a channel, first come first. */
  queue(channelId: string, tx: EntityManager = this.db.manager): Promise<Invitation[]> {
    const where = { channelId, kind: 'apply' as const, state: PENDING };
    return tx.find(Invitation, { where, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  /** The pending invitation of any host to this viewer: one at most. */
  inviteOf(userId: string, tx: EntityManager = this.db.manager): Promise<Invitation | null> {
    return tx.findOneBy(Invitation, { userId, kind: 'invite', state: PENDING });
  }

  /** Newest first. @param userId only this viewer's */
  list(channelId: string, userId: string | undefined, page: PageQuery): Promise<Page<Invitation>> {
    const query = this.db.manager
      .createQueryBuilder(Invitation, 'i')
      .where({ channelId, kind: FOR_A_SEAT, ...(userId === undefined ? {} : { userId }) });
    return newestFirst(query, page);
  }

  /**
   * Compare-and-set.
   * @param set.userName the viewer's name, if their answer has brought it
   * @param unexpiredAt only if it hasn't expired by then
   * @returns the row as it is now; null: it can't go to `to`
   */
  async transition(
    id: string,
    to: InvitationState,
    tx: EntityManager,
    set: { userName?: string } = {},
    unexpiredAt?: Date,
  ): Promise<Invitation | null> {
    const due = unexpiredAt ? { expiresAt: MoreThan(unexpiredAt) } : {};
    const from = { id, state: In(invitationStates.sourcesOf(to)), ...due };
    const { affected } = await tx.update(Invitation, from, { ...set, state: to });
    return affected ? tx.findOneByOrFail(Invitation, { id }) : null;
  }

  /** Ids of pending invitations that are overdue. */
  async due(now: Date): Promise<string[]> {
    const where = { state: PENDING, expiresAt: LessThanOrEqual(now) };
    return (await this.db.manager.find(Invitation, { select: { id: true }, where })).map((row) => row.id);
  }

  /** Pending ones of one viewer on one channel: one at most. */
  pendingOf(
    channelId: string,
    userId: string,
    tx: EntityManager = this.db.manager,
  ): Promise<Invitation | null> {
    return tx.findOneBy(Invitation, { channelId, userId, state: PENDING, kind: FOR_A_SEAT });
  }

  /** Pending invitations that exclude another of this kind between these parties. */
  async conflictingWith({
    kind,
    channelId,
    toChannelId,
    userId,
  }: Pick<Invitation, 'kind' | 'channelId' | 'toChannelId' | 'userId'>): Promise<Invitation[]> {
    if (kind === 'pk') return this.challengesOf(toChannelId ? [channelId, toChannelId] : [channelId]);
    return this.db.manager.findBy(Invitation, [
      { channelId, userId, state: PENDING, kind: FOR_A_SEAT },
      { userId, state: PENDING, kind: 'invite' },
    ]);
  }

  /** Pending challenges that any of these channels has made or got. */
  challengesOf(channelIds: readonly string[], tx: EntityManager = this.db.manager): Promise<Invitation[]> {
    const pending = { kind: 'pk' as const, state: PENDING };
    const ids = [...channelIds];
    return tx.findBy(Invitation, [
      { ...pending, channelId: In(ids) },
      { ...pending, toChannelId: In(ids) },
    ]);
  }

  /** Challenges that the channel has made or got, newest first. */
  listChallenges(channelId: string, page: PageQuery): Promise<Page<Invitation>> {
    const query = this.db.manager
      .createQueryBuilder(Invitation, 'i')
      .where(`i.kind = 'pk' AND (i.channelId = :channelId OR i.toChannelId = :channelId)`, { channelId });
    return newestFirst(query, page);
  }
}

function applicantView({ id, channelId, userId, userName, createdAt }: Invitation): ApplicantView {
  return { invitationId: id, channelId, userId, userName, since: createdAt.toISOString() };
}
