import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Brackets, DataSource, type EntityManager, type Repository } from 'typeorm';
import { newestFirst, type Page, type PageQuery, stateIn } from '../platform/common';
import { hydrate } from '../platform/database';
import { Conference } from './conference.entity';
import { conferenceStates } from './conference.state';
import { ConferenceMember } from './members/conference-member.entity';

@Injectable()
export class ConferenceRepository {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  /** @returns false when the number is taken; that doesn't spoil the transaction */
  async insert(conference: Conference, tx: EntityManager): Promise<boolean> {
    const done = await tx
      .createQueryBuilder()
      .insert()
      .into(Conference)
      .values(conference)
      .orIgnore()
      .returning('id')
      .execute();
    return (done.raw as unknown[]).length === 1;
  }

  find(id: string): Promise<Conference | null> {
    return this.conferences().findOneBy({ id });
  }

  findByNumber(number: string): Promise<Conference | null> {
    return this.conferences().findOneBy({ number });
  }

  findMany(ids: string[]): Promise<Conference[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return this.conferences().createQueryBuilder('c').where('c.id IN (:...ids)', { ids }).getMany();
  }

  /**
   * Newest first.
   * @param userId only those that the user owns or is a member of; null: all
   * @param ids only these; undefined: all
   */
  list(userId: string | null, ids: string[] | undefined, page: PageQuery): Promise<Page<Conference>> {
    const query = this.conferences().createQueryBuilder('c').where('true');
    if (ids) query.andWhere('c.id = ANY(:ids)', { ids });
    if (userId !== null) {
      const isMember = query
        .subQuery()
        .select('1')
        .from(ConferenceMember, 'm')
        .where('m.conferenceId = c.id AND m.userId = :userId')
        .andWhere(`(m.leftReason IS NULL OR m.leftReason <> 'removed')`)
        .getQuery();
      query.andWhere(
        new Brackets((either) => either.where('c.ownerId = :userId').orWhere(`EXISTS ${isMember}`)),
        { userId },
      );
    }
    return newestFirst(query, page);
  }

  /** The row, locked until the transaction ends: joins, admissions and the end of a conference run one by one. */
  lock(id: string, tx: EntityManager): Promise<Conference | null> {
    return tx.findOne(Conference, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async update(id: string, set: Partial<Conference>, tx: EntityManager): Promise<void> {
    await tx.update(Conference, { id }, set);
  }

  /** Moves the conference to a node if it is still where the caller saw it. */
  async pin(id: string, from: string | null, to: string): Promise<boolean> {
    const done = await this.conferences()
      .createQueryBuilder()
      .update()
      .set({ nodeId: to })
      .where('id = :id AND node_id IS NOT DISTINCT FROM :from', { id, from })
      .execute();
    return done.affected === 1;
  }

  /** Frees the conferences that go on from a lost node. @returns their ids */
  async unpin(nodeId: string, tx: EntityManager): Promise<string[]> {
    const done = await tx
      .createQueryBuilder()
      .update(Conference)
      .set({ nodeId: null })
      .where(`node_id = :nodeId AND ${stateIn('state', conferenceStates.open)}`, { nodeId })
      .returning('id')
      .execute();
    return (done.raw as { id: string }[]).map(({ id }) => id);
  }

  /** @returns null when it isn't open (any more) */
  async end(id: string, tx: EntityManager): Promise<Conference | null> {
    const done = await tx
      .createQueryBuilder()
      .update(Conference)
      .set({ state: 'ended', endedAt: new Date() })
      .where(`id = :id AND ${stateIn('state', conferenceStates.sourcesOf('ended'))}`, { id })
      .returning('*')
      .execute();
    return hydrate(this.conferences(), done.raw)[0] ?? null;
  }

  private conferences(): Repository<Conference> {
    return this.db.getRepository(Conference);
  }
}
