import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { CoHostBan } from './ban.entity';

/** Who is banned from a session. */
@Injectable()
export class BanRepository {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  /** Idempotent. */
  async insert(row: Omit<CoHostBan, 'createdAt'>, tx: EntityManager): Promise<CoHostBan> {
    await tx.createQueryBuilder().insert().into(CoHostBan).values(row).orIgnore().execute();
    const { sessionId, userId } = row;
    return tx.findOneByOrFail(CoHostBan, { sessionId, userId });
  }

  has(sessionId: string, userId: string, tx: EntityManager = this.db.manager): Promise<boolean> {
    return tx.existsBy(CoHostBan, { sessionId, userId });
  }

  /** Newest first. */
  list(sessionId: string): Promise<CoHostBan[]> {
    return this.db.manager.find(CoHostBan, {
      where: { sessionId },
      order: { createdAt: 'DESC', userId: 'ASC' },
    });
  }

  /** @returns false when they were not banned */
  async lift(sessionId: string, userId: string): Promise<boolean> {
    return (await this.db.manager.delete(CoHostBan, { sessionId, userId })).affected === 1;
  }
}
