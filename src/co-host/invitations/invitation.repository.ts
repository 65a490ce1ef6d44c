import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In, LessThanOrEqual, MoreThan, Not } from 'typeorm';
import { newestFirst, type Page, type PageQuery } from '../../platform/common';
import type { InvitationKind, InvitationState } from '../../contracts';
import { Invitation } from '../co-host.entity';

@Injectable()
export class InvitationRepository {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  async insert(row: Omit<Invitation, 'createdAt'>, tx: EntityManager): Promise<Invitation> {
    // Not the transaction's start: whoever has waited longer for the channel's lock is not ahead in the queue.
    await tx.insert(Invitation, { ...row, createdAt: () => 'clock_timestamp()' });
    return tx.findOneByOrFail(Invitation, { id: row.id });
  }

  find(id: string, tx: EntityManager = this.db.manager): Promise<Invitation | null> {
    return tx.findOneBy(Invitation, { id });
  }

  /** Pending applications of a channel: who came first is first. */
  queue(channelId: string, tx: EntityManager = this.db.manager): Promise<Invitation[]> {
    const where = { channelId, kind: 'apply' as const, state: 'pending' as const };
    return tx.find(Invitation, { where, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  /** The pending invitation of any host to this viewer: one at most. */
  inviteOf(userId: string, tx: EntityManager = this.db.manager): Promise<Invitation | null> {
    return tx.findOneBy(Invitation, { userId, kind: 'invite', state: 'pending' });
  }

  /** Newest first. @param userId only this viewer's */
  list(channelId: string, userId: string | undefined, page: PageQuery): Promise<Page<Invitation>> {
    const query = this.db.manager
      .createQueryBuilder(Invitation, 'i')
      .where({ channelId, kind: Not<InvitationKind>('pk'), ...(userId === undefined ? {} : { userId }) });
    return newestFirst(query, page);
  }

  /**
   * Compare-and-set: pending → `to`.
   * @param set.userName the viewer's name, where his answer has brought it
   * @param unexpiredAt only when it hasn't expired by then
   * @returns the row as it is now, or null when it wasn't pending (any more)
   */
  async settle(
    id: string,
    to: Exclude<InvitationState, 'pending'>,
    tx: EntityManager,
    set: { userName?: string } = {},
    unexpiredAt?: Date,
  ): Promise<Invitation | null> {
    const due = unexpiredAt ? { expiresAt: MoreThan(unexpiredAt) } : {};
    const { affected } = await tx.update(Invitation, { id, state: 'pending', ...due }, { ...set, state: to });
    return affected ? tx.findOneByOrFail(Invitation, { id }) : null;
  }

  /** Pending ones whose time is over. */
  async due(now: Date): Promise<string[]> {
    const where = { state: 'pending' as const, expiresAt: LessThanOrEqual(now) };
    return (await this.db.manager.find(Invitation, { select: { id: true }, where })).map((row) => row.id);
  }

  /** Pending ones of one viewer on one channel: one at most. */
  pendingOf(
    channelId: string,
    userId: string,
    tx: EntityManager = this.db.manager,
  ): Promise<Invitation | null> {
    return tx.findOneBy(Invitation, { channelId, userId, state: 'pending', kind: Not<InvitationKind>('pk') });
  }

  /** Pending challenges that these channels are a party of, whichever. */
  challengesOf(channelIds: readonly string[], tx: EntityManager = this.db.manager): Promise<Invitation[]> {
    const pending = { kind: 'pk' as const, state: 'pending' as const };
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
