import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, type QueryDeepPartialEntity } from 'typeorm';
import { newestFirst, type Page, type PageQuery } from '../common';
import { AuditEntry } from './audit.entity';

@Injectable()
export class AuditRepository {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  async insert(entry: Omit<AuditEntry, 'createdAt'>, tx: EntityManager): Promise<void> {
    await tx.insert(AuditEntry, entry as QueryDeepPartialEntity<AuditEntry>);
  }

  /** @param action only these */
  list(action: string | undefined, page: PageQuery): Promise<Page<AuditEntry>> {
    const query = this.db.getRepository(AuditEntry).createQueryBuilder('a');
    return newestFirst(action === undefined ? query : query.where({ action }), page);
  }
}
