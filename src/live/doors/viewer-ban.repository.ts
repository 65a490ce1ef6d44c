import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { ViewerBan, type ViewerBanSource } from './viewer-ban.entity';

const active = `(until IS NULL OR until > now())`;

/** Time is the database's. */
@Injectable()
export class ViewerBanRepository {
  constructor(@InjectRepository(ViewerBan) private readonly bans: Repository<ViewerBan>) {}

  /** Sets the new end where there is one already. */
  async put(ban: Omit<ViewerBan, 'createdAt'>, tx: EntityManager): Promise<void> {
    await tx.upsert(ViewerBan, ban, ['channelId', 'userId', 'source']);
  }

  async isBanned(channelId: string, userId: string): Promise<boolean> {
    return this.bans.createQueryBuilder().where({ channelId, userId }).andWhere(active).getExists();
  }

  /** When the last of the bans that they have ends, ms since 1970; Infinity: never; null: they have none. */
  async endMs(channelId: string, userId: string): Promise<number | null> {
    const bans = await this.bans.createQueryBuilder().where({ channelId, userId }).andWhere(active).getMany();
    return bans.length === 0 ? null : Math.max(...bans.map(({ until }) => until?.getTime() ?? Infinity));
  }

  find(channelId: string, userId: string, source: ViewerBanSource): Promise<ViewerBan | null> {
    return this.bans.createQueryBuilder().where({ channelId, userId, source }).andWhere(active).getOne();
  }

  /** By hosts and admins, newest first. */
  list(channelId: string): Promise<ViewerBan[]> {
    return this.bans
      .createQueryBuilder('b')
      .where({ channelId, source: 'host' })
      .andWhere('(b.until IS NULL OR b.until > now())')
      .orderBy('b.createdAt', 'DESC')
      .addOrderBy('b.userId')
      .getMany();
  }

  /** @param userId default: everybody. @returns user ids */
  async lift(
    channelId: string,
    source: ViewerBanSource,
    userId: string | undefined,
    tx: EntityManager,
  ): Promise<string[]> {
    const done = await tx
      .createQueryBuilder()
      .delete()
      .from(ViewerBan)
      .where({ channelId, source, ...(userId !== undefined && { userId }) })
      .andWhere(active)
      .returning('user_id')
      .execute();
    return (done.raw as { user_id: string }[]).map(({ user_id }) => user_id);
  }
}
