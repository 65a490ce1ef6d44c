import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Audited, DomainError, EventBus, type PageQuery } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import type { ApiKeyCreate, ApiKeyCreatedView, ApiKeyView, ListView } from '../../contracts';
import type { ApiKey } from './api-key.entity';
import { ApiKeyRepository } from './api-key.repository';
import { type Caller, requireAdmin } from '../caller';

const PREFIX_LENGTH = 'lm_'.length + 6;

/** Keys with which an app's own backend mints tokens: the one of the configuration, and those that admins make. */
@Injectable()
export class ApiKeyService {
  private readonly configured: Buffer;

  constructor(
    @Inject(CONFIG) config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly keys: ApiKeyRepository,
  ) {
    this.configured = digest(config.API_KEY);
  }

  async create(caller: Caller, { name }: ApiKeyCreate): Promise<ApiKeyCreatedView> {
    requireAdmin(caller, 'create API keys');
    const key = `lm_${randomBytes(32).toString('base64url')}`;
    const prefix = key.slice(0, PREFIX_LENGTH);
    const id = randomUUID();
    const row = await this.bus.transaction(this.db, async (tx) => {
      this.bus.publish(new Audited('api-key.created', { type: 'api-key', id }, { name, prefix }));
      return this.keys.insert({ id, name, prefix, keyHash: digest(key).toString('hex') }, tx);
    });
    return { ...apiKeyView(row), key };
  }

  async list(caller: Caller, page: PageQuery): Promise<ListView<ApiKeyView>> {
    requireAdmin(caller, 'see API keys');
    const { rows, nextCursor } = await this.keys.list(page);
    return { items: rows.map(apiKeyView), nextCursor };
  }

  /** The key opens nothing from now on; tokens that it minted live to their end. Idempotent. */
  async revoke(caller: Caller, id: string): Promise<void> {
    requireAdmin(caller, 'revoke API keys');
    await this.bus.transaction(this.db, async (tx) => {
      const found = await this.keys.revoke(id, tx);
      if (found === null) throw new DomainError('api_key_not_found', { apiKeyId: id });
      if (found.now) this.bus.publish(new Audited('api-key.revoked', { type: 'api-key', id }));
    });
  }

  /**
   * @returns the id of a live key; `configured` for the one of the configuration
   * @throws DomainError api_key_invalid
   */
  async authenticate(key: string): Promise<string> {
    const given = digest(key);
    // Digests of any input have the same length, which timingSafeEqual needs.
    if (timingSafeEqual(given, this.configured)) return 'configured';
    const id = await this.keys.use(given.toString('hex'));
    if (id === null) throw new DomainError('api_key_invalid');
    return id;
  }
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function apiKeyView({ id, name, prefix, createdAt, lastUsedAt, revokedAt }: ApiKey): ApiKeyView {
  return {
    id,
    name,
    prefix,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
