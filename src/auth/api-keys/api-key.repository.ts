import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { type EntityManager, IsNull, Repository } from 'typeorm';
import { newestFirst, type Page, type PageQuery } from '../../platform/common';
import { ApiKey } from './api-key.entity';

@Injectable()
export class ApiKeyRepository {
  constructor(@InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>) {}

  async insert(key: Pick<ApiKey, 'id' | 'name' | 'prefix' | 'keyHash'>, tx: EntityManager): Promise<ApiKey> {
    await tx.insert(ApiKey, key);
    return tx.findOneByOrFail(ApiKey, { id: key.id });
  }

  list(page: PageQuery): Promise<Page<ApiKey>> {
    return newestFirst(this.keys.createQueryBuilder('k'), page);
  }

  /** Idempotent. @returns null when there is no such key, else whether this call revoked it */
  async revoke(id: string, tx: EntityManager): Promise<{ now: boolean } | null> {
    if (!isUUID(id)) return null;
    const { affected } = await tx.update(ApiKey, { id, revokedAt: IsNull() }, { revokedAt: () => 'now()' });
    if (affected === 1) return { now: true };
    return (await tx.existsBy(ApiKey, { id })) ? { now: false } : null;
  }

  /** Id of the live key with this hash, which counts as used now. */
  async use(keyHash: string): Promise<string | null> {
    const key = await this.keys.findOneBy({ keyHash, revokedAt: IsNull() });
    if (!key) return null;
    await this.keys
      .createQueryBuilder()
      .update()
      .set({ lastUsedAt: () => 'now()' })
      .where(`id = :id AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`, {
        id: key.id,
      })
      .execute();
    return key.id;
  }
}
