import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type HasRetention, type Retained, retained, RETENTION } from '../database';
import { IdempotencyKey } from './idempotency-key.entity';

export type KeyName = Pick<IdempotencyKey, 'caller' | 'key'>;

/** A request that takes longer has died with its process. */
const CLAIM_SECONDS = 60;
const KEEP_SECONDS = 24 * 3600;

/** Time is the database's. */
@Injectable()
export class IdempotencyRepository implements HasRetention {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  [RETENTION](): Retained[] {
    return [retained(this.db, 'idempotencyKeys', { table: 'idempotency_keys', since: 'expires_at' })];
  }

  /** Of any number of concurrent calls one gets true. A key that has expired is free. */
  async claim({ caller, key }: KeyName, requestHash: string, claim: string): Promise<boolean> {
    const expired = 'DELETE FROM idempotency_keys WHERE caller = $1 AND key = $2 AND expires_at <= now()';
    await this.db.query(expired, [caller, key]);
    const rows: unknown[] = await this.db.query(
      `INSERT INTO idempotency_keys (caller, key, request_hash, claim, expires_at)
       VALUES ($1, $2, $3, $4, now() + $5 * interval '1 second')
       ON CONFLICT (caller, key) DO NOTHING RETURNING 1`,
      [caller, key, requestHash, claim, CLAIM_SECONDS],
    );
    return rows.length === 1;
  }

  find(name: KeyName): Promise<IdempotencyKey | null> {
    return this.db.getRepository(IdempotencyKey).findOneBy({ caller: name.caller, key: name.key });
  }

  /** @returns false: it took too long, and another request has the key */
  async answer(claim: string, answer: Buffer): Promise<boolean> {
    const [rows] = await this.db.query<[unknown[], number]>(
      `UPDATE idempotency_keys SET answer = $2, claim = NULL, expires_at = now() + $3 * interval '1 second'
       WHERE claim = $1 RETURNING 1`,
      [claim, answer, KEEP_SECONDS],
    );
    return rows.length === 1;
  }

  async release(claim: string): Promise<void> {
    await this.db.query('DELETE FROM idempotency_keys WHERE claim = $1', [claim]);
  }
}
