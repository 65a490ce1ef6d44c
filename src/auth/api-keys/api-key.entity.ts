import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** A key of an app's own backend. Rows stay when it is revoked. */
@Entity('api_keys')
@Check('api_keys_hash', `key_hash ~ '^[0-9a-f]{64}$'`)
@Index('api_keys_newest', ['createdAt', 'id'])
export class ApiKey {
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id: string;

  @Column({ name: 'name', type: 'text' })
  name: string;

  /** What the key begins with, to tell it from others. */
  @Column({ name: 'prefix', type: 'text' })
  prefix: string;

  /** SHA-256 of the key, hex. The key has 256 random bits: nothing slower is needed against guessing. */
  @Index('api_keys_hash_unique', { unique: true })
  @Column({ name: 'key_hash', type: 'text' })
  keyHash: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  /** To the minute. */
  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt: Date | null;
}
