import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A user who may not come (back) on the air in this session. */
@Entity('co_host_bans')
export class CoHostBan {
  @PrimaryColumn({ name: 'session_id', type: 'uuid' })
  sessionId: string;

  @PrimaryColumn({ name: 'user_id', type: 'varchar', length: 128 })
  userId: string;

  /** The user id, if they were no member. */
  @Column({ type: 'text' })
  name: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
