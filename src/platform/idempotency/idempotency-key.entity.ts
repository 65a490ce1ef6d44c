import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A POST that was sent with an `Idempotency-Key`: being served, or with its answer. */
@Entity('idempotency_keys')
@Check('idempotency_keys_hash', `request_hash ~ '^[0-9a-f]{64}$'`)
@Check('idempotency_keys_state', `(answer IS NULL) = (claim IS NOT NULL)`)
export class IdempotencyKey {
  /** Whose key: `user:<id>` or `api-key:<id>`. */
  @PrimaryColumn({ name: 'caller', type: 'text' })
  caller: string;

  /** The header's value. */
  @PrimaryColumn({ name: 'key', type: 'text' })
  key: string;

  /** SHA-256 of method, address and body, hex. */
  @Column({ name: 'request_hash', type: 'text' })
  requestHash: string;

  /** Names the request that is being served; null once it has been answered. */
  @Index('idempotency_keys_claim', { where: 'claim IS NOT NULL' })
  @Column({ name: 'claim', type: 'uuid', nullable: true })
  claim: string | null;

  /** The sealed answer (SealedAnswers): some carry tokens, which are nowhere else in the database. */
  @Column({ name: 'answer', type: 'bytea', nullable: true })
  answer: Buffer | null;

  /** When the key is free again: a day after the answer, or when the process that served it must be dead. */
  @Index('idempotency_keys_expiry')
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;
}
