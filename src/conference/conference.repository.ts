import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In, type Repository } from 'typeorm';
import { newestFirst, type Page, type PageQuery, stateIn } from '../platform/common';
import { daysAgo, hydrate } from '../platform/database';
import { Conference } from './conference.entity';
import { conferenceStates } from './conference.state';

const ENDED = stateIn('state', conferenceStates.over);

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
      // Two lookups: asked for as one condition with OR, all conferences are read.
      query.andWhere(
        `c.id IN (SELECT id FROM conferences WHERE owner_id = :userId UNION ALL
          SELECT conference_id FROM conference_members
          WHERE user_id = :userId AND (left_reason IS NULL OR left_reason <> 'removed'))`,
        { userId },
      );
    }
    return newestFirst(query, page);
  }

  /** Open ones of one user, without those of co-hostings. */
  countOpen(ownerId: string, tx: EntityManager): Promise<number> {
    return tx.countBy(Conference, { ownerId, purpose: 'meeting', state: In(conferenceStates.open) });
  }

  /** The row, locked until the transaction ends: joins, admissions and the end of a conference run one by one. */
  lock(id: string, tx: EntityManager): Promise<Conference | null> {
    return tx.findOne(Conference, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async update(id: string, set: Partial<Conference>, tx: EntityManager): Promise<void> {
    await tx.update(Conference, { id }, set);
  }

  /** The oldest that ended so many days ago, with their members. @returns their ids, at most so many */
  async removeEnded(days: number, most: number, tx: EntityManager): Promise<string[]> {
    const old = `SELECT id FROM conferences WHERE ${ENDED} AND ${daysAgo('ended_at')} ORDER BY ended_at LIMIT $2`;
    const [rows] = await tx.query<[{ id: string }[], number]>(
      `DELETE FROM conferences WHERE id = ANY (ARRAY(${old})) RETURNING id`,
      [days, most],
    );
    return rows.map(({ id }) => id);
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
