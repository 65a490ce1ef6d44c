import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** Who did what. Rows are written once and never changed. */
@Entity('audit_log')
@Index('audit_log_newest', ['createdAt', 'id'])
@Index('audit_log_action', ['action', 'createdAt', 'id'])
@Index('audit_log_subject', ['subjectType', 'subjectId'])
export class AuditEntry {
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id: string;

  @Column({ name: 'action', type: 'text' })
  action: string;

  /** null: the system itself, or an app's backend by its API key. */
  @Column({ name: 'actor_id', type: 'text', nullable: true })
  actorId: string | null;

  @Column({ name: 'actor_name', type: 'text', nullable: true })
  actorName: string | null;

  @Column({ name: 'actor_role', type: 'text', nullable: true })
  actorRole: string | null;

  @Column({ name: 'subject_type', type: 'text' })
  subjectType: string;

  @Column({ name: 'subject_id', type: 'text' })
  subjectId: string;

  @Column({ name: 'details', type: 'jsonb' })
  details: Record<string, unknown>;

  /** That minted the actor's token, or with which the request was made; `configured`: the one of the configuration. */
  @Column({ name: 'api_key_id', type: 'text', nullable: true })
  apiKeyId: string | null;

  @Column({ name: 'request_id', type: 'text', nullable: true })
  requestId: string | null;

  @Column({ name: 'address', type: 'text', nullable: true })
  address: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
