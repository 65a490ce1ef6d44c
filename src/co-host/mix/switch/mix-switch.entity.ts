import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { MixingMode, MixSwitchState } from '../../../contracts';

/** A change of the mixing mode while a session runs: from one mix task to another. */
@Entity('mix_switches')
@Index('mix_switches_one_unfinished', ['sessionId'], { unique: true, where: `"cleaned_at" IS NULL` })
@Index('mix_switches_to_task', ['toTaskId'], { where: `"cleaned_at" IS NULL` })
@Index('mix_switches_by_session', ['sessionId', 'createdAt'])
@Check('mix_switches_state', `"state" IN ('switching', 'done', 'rolled_back')`)
@Check('mix_switches_modes', `"from_mode" <> "to_mode"`)
@Check('mix_switches_ended', `("state" = 'switching') = ("ended_at" IS NULL)`)
@Check('mix_switches_cleaned', `"cleaned_at" IS NULL OR "ended_at" IS NOT NULL`)
export class MixSwitch {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ name: 'session_id', type: 'uuid' })
  sessionId: string;

  @Column({ name: 'from_mode', type: 'varchar', length: 8 })
  fromMode: MixingMode;

  @Column({ name: 'to_mode', type: 'varchar', length: 8 })
  toMode: MixingMode;

  @Column({ name: 'from_task_id', type: 'uuid' })
  fromTaskId: string;

  @Column({ name: 'to_task_id', type: 'uuid' })
  toTaskId: string;

  @Column({ type: 'varchar', length: 16 })
  state: MixSwitchState;

  /** Stable code: why it was begun, or why it was rolled back. */
  @Column({ type: 'text' })
  reason: string;

  /** If the new mix isn't on the air by then, the switch is rolled back. */
  @Column({ type: 'timestamptz' })
  deadline: Date;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  /** When it was decided which of the two mixes stays. */
  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt: Date | null;

  /** When the mix that lost was stopped; null: not yet. */
  @Column({ name: 'cleaned_at', type: 'timestamptz', nullable: true })
  cleanedAt: Date | null;
}
