import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { UserRole } from '../../contracts';

/** A one-time login link that has not been used. Only a hash of the code is kept. */
@Entity('login_codes')
@Check('login_codes_role', `role IN ('user', 'admin')`)
export class LoginCode {
  /** SHA-256 of the code, hex. */
  @PrimaryColumn({ name: 'code_hash', type: 'text' })
  codeHash: string;

  @Column({ name: 'user_id', type: 'text' })
  userId: string;

  @Column({ name: 'name', type: 'text' })
  name: string;

  @Column({ name: 'role', type: 'text' })
  role: UserRole;

  /** That minted the token of who made the link. */
  @Column({ name: 'api_key_id', type: 'text', nullable: true })
  apiKeyId: string | null;

  @Index('login_codes_expiry')
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;
}
