import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In, Not, type Repository } from 'typeorm';
import { newestFirst, type Page, type PageQuery, stateIn } from '../platform/common';
import { hydrate } from '../platform/database';
import { BypassLive, BypassWatcher } from './bypass-live.entity';
import { bypassStates, onAirStates } from './bypass-live.state';

const UNFINISHED = `(l.state <> '${bypassStates.initial}' OR l.mix_task_id IS NOT NULL)`;

@Injectable()
export class BypassLiveRepository {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  find(id: string): Promise<BypassLive | null> {
    return this.lives().findOneBy({ id });
  }

  findByConference(conferenceId: string, tx?: EntityManager): Promise<BypassLive | null> {
    return this.lives(tx).findOneBy({ conferenceId });
  }

  findByChannel(channelId: string): Promise<BypassLive | null> {
    return this.lives().findOneBy({ channelId });
  }

  findByMixTask(mixTaskId: string): Promise<BypassLive | null> {
    return this.lives().findOneBy({ mixTaskId });
  }

  /** The row, and until the end of the transaction nobody else changes it. */
  lock(id: string, tx: EntityManager): Promise<BypassLive | null> {
    return tx.findOne(BypassLive, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Runs that go on, and those whose mix has yet to be ended. */
  unfinished(): Promise<BypassLive[]> {
    return this.lives().createQueryBuilder('l').where(UNFINISHED).getMany();
  }

  /** Of one owner, on the air or about to be. */
  countUp(ownerId: string, tx: EntityManager): Promise<number> {
    return tx.countBy(BypassLive, { ownerId, state: Not(bypassStates.initial) });
  }

  /**
   * Newest first.
   * @param ownerId null: of all
   * @param conferenceIds only these; undefined: all
   */
  list(
    ownerId: string | null,
    conferenceIds: string[] | undefined,
    page: PageQuery,
  ): Promise<Page<BypassLive>> {
    const query = this.lives().createQueryBuilder('l').where('true');
    if (ownerId !== null) query.andWhere('l.ownerId = :ownerId', { ownerId });
    if (conferenceIds) query.andWhere('l.conferenceId::text = ANY(:conferenceIds)', { conferenceIds });
    return newestFirst(query, page);
  }

  /** Until the end of the transaction nobody else opens the row of this conference. */
  async lockConference(conferenceId: string, tx: EntityManager): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('bypass-live:' || $1, 0))`, [conferenceId]);
  }

  async insert(
    row: Pick<BypassLive, 'id' | 'conferenceId' | 'channelId' | 'ownerId'>,
    tx: EntityManager,
  ): Promise<BypassLive> {
    await tx.insert(BypassLive, { ...row, createdAt: new Date() });
    return tx.findOneByOrFail(BypassLive, { id: row.id });
  }

  /** @returns ids of their channels */
  async removeIdle(conferenceIds: readonly string[], tx: EntityManager): Promise<string[]> {
    const [rows] = await tx.query<[{ channel_id: string }[], number]>(
      `DELETE FROM bypass_lives WHERE conference_id = ANY ($1) AND state = $2 AND mix_task_id IS NULL
       RETURNING channel_id`,
      [conferenceIds, bypassStates.initial],
    );
    return rows.map((row) => row.channel_id);
  }

  async update(id: string, set: Partial<BypassLive>, tx: EntityManager): Promise<BypassLive> {
    await tx.update(BypassLive, { id }, set);
    return tx.findOneByOrFail(BypassLive, { id });
  }

  /** Viewers who get the addresses now are counted for a while. @returns null when it isn't on the air (any more) */
  async lease(id: string, until: Date): Promise<BypassLive | null> {
    const done = await this.lives()
      .createQueryBuilder()
      .update()
      .set({ leaseUntil: () => 'GREATEST(lease_until, :until)' })
      .where(`id = :id AND ${stateIn('state', onAirStates)}`, { id })
      .setParameter('until', until)
      .returning('*')
      .execute();
    return hydrate(this.lives(), done.raw)[0] ?? null;
  }

  /** The mix of a run that is over has ended. */
  async forgetMix(id: string, mixTaskId: string): Promise<void> {
    await this.lives().update({ id, mixTaskId, state: bypassStates.initial }, { mixTaskId: null });
  }

  async addWatcher(bypassLiveId: string, userId: string): Promise<void> {
    const row = { bypassLiveId, userId };
    await this.db.manager.createQueryBuilder().insert().into(BypassWatcher).values(row).orIgnore().execute();
  }

  async watchers(bypassLiveId: string): Promise<string[]> {
    const rows = await this.db.manager.findBy(BypassWatcher, { bypassLiveId });
    return rows.map(({ userId }) => userId);
  }

  async dropWatcher(bypassLiveId: string, userId: string, tx: EntityManager): Promise<void> {
    await tx.delete(BypassWatcher, { bypassLiveId, userId });
  }

  /** All but these. */
  async keepWatchers(bypassLiveId: string, userIds: string[], tx: EntityManager): Promise<void> {
    await tx.delete(BypassWatcher, { bypassLiveId, userId: Not(In(userIds)) });
  }

  /** @returns who they were */
  async dismissWatchers(bypassLiveId: string, tx: EntityManager): Promise<string[]> {
    const rows = await tx.findBy(BypassWatcher, { bypassLiveId });
    await tx.delete(BypassWatcher, { bypassLiveId });
    return rows.map(({ userId }) => userId);
  }

  private lives(tx?: EntityManager): Repository<BypassLive> {
    return (tx ?? this.db.manager).getRepository(BypassLive);
  }
}
