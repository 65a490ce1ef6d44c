import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { DataSource, type EntityManager, type QueryDeepPartialEntity } from 'typeorm';
import { newestFirst, type Page, type PageQuery, sealColumnAnew } from '../platform/common';
import { Webhook } from './webhook.entity';

@Injectable()
export class WebhookRepository {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  list(page: PageQuery): Promise<Page<Webhook>> {
    return newestFirst(this.db.getRepository(Webhook).createQueryBuilder('w'), page);
  }

  async find(id: string, tx: EntityManager = this.db.manager): Promise<Webhook | null> {
    return isUUID(id) ? tx.findOneBy(Webhook, { id }) : null;
  }

  async insert(row: QueryDeepPartialEntity<Webhook>, tx: EntityManager): Promise<void> {
    await tx.insert(Webhook, row);
  }

  async update(id: string, set: QueryDeepPartialEntity<Webhook>, tx: EntityManager): Promise<void> {
    if (Object.keys(set).length > 0) await tx.update(Webhook, { id }, set);
  }

  /** Of secrets. @param sealAnew see SealedBox */
  async sealSecretsAnew(sealAnew: (sealed: Buffer) => Buffer | null): Promise<void> {
    await sealColumnAnew(this.db.manager, { table: 'webhooks', column: 'secret' }, sealAnew);
  }

  /** Its deliveries go with it. @returns false when there was none */
  async delete(id: string, tx: EntityManager): Promise<boolean> {
    return (await tx.delete(Webhook, { id })).affected === 1;
  }
}
