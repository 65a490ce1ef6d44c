import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type RestrictionKind, Restriction } from './restriction.entity';

const active = `(r.until IS NULL OR r.until > now())`;

/** Mutes and bans of rooms. Time is the database's. */
@Injectable()
export class RestrictionRepository {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  /** Sets the new end where there is one already. @param seconds from now; undefined: without an end */
  async put(
    { channelId, userId, kind, name, byUserId }: Omit<Restriction, 'until' | 'createdAt'>,
    seconds: number | undefined,
  ): Promise<Restriction> {
    await this.db.query(
      `INSERT INTO room_restrictions (channel_id, user_id, kind, name, by_user_id, until)
       VALUES ($1, $2, $3, $4, $5, clock_timestamp() + $6::integer * interval '1 second')
       ON CONFLICT (channel_id, user_id, kind) DO UPDATE
       SET until = excluded.until, by_user_id = excluded.by_user_id, created_at = now()`,
      [channelId, userId, kind, name, byUserId, seconds ?? null],
    );
    return this.db.manager.findOneByOrFail(Restriction, { channelId, userId, kind });
  }

  find(channelId: string, userId: string, kind: RestrictionKind): Promise<Restriction | null> {
    return this.query().where({ channelId, userId, kind }).andWhere(active).getOne();
  }

  /** All that the user is under. */
  of(channelId: string, userId: string): Promise<Restriction[]> {
    return this.query().where({ channelId, userId }).andWhere(active).getMany();
  }

  /** Newest first. */
  list(channelId: string, kind: RestrictionKind): Promise<Restriction[]> {
    return this.query()
      .where({ channelId, kind })
      .andWhere(active)
      .orderBy('r.createdAt', 'DESC')
      .addOrderBy('r.userId')
      .getMany();
  }

  /** @returns false where there was none, or it was over */
  async lift(channelId: string, userId: string, kind: RestrictionKind): Promise<boolean> {
    const [rows] = await this.db.query<[unknown[], number]>(
      `DELETE FROM room_restrictions r
       WHERE channel_id = $1 AND user_id = $2 AND kind = $3 AND ${active} RETURNING 1`,
      [channelId, userId, kind],
    );
    return rows.length > 0;
  }

  async clear(channelId: string): Promise<void> {
    await this.db.manager.delete(Restriction, { channelId });
  }

  /** Of all rooms. */
  async removeExpired(): Promise<void> {
    await this.db.query('DELETE FROM room_restrictions WHERE until <= now()');
  }

  private query() {
    return this.db.manager.createQueryBuilder(Restriction, 'r');
  }
}
