import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, type QueryDeepPartialEntity } from 'typeorm';
import { newestFirst, type Page, type PageQuery } from '../common';
import { type HasRetention, type Retained, retained, RETENTION } from '../database';
import { AuditEntry } from './audit.entity';

@Injectable()
export class AuditRepository implements HasRetention {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  [RETENTION](): Retained[] {
    return [retained(this.db, 'audit', { table: 'audit_log', since: 'created_at' })];
  }

  async insert(entry: Omit<AuditEntry, 'createdAt'>, tx: EntityManager): Promise<void> {
    await tx.insert(AuditEntry, entry as QueryDeepPartialEntity<AuditEntry>);
  }

  /** @param action only these */
  list(action: string | undefined, page: PageQuery): Promise<Page<AuditEntry>> {
    const query = this.db.getRepository(AuditEntry).createQueryBuilder('a');
    return newestFirst(action === undefined ? query : query.where({ action }), page);
  }
}
