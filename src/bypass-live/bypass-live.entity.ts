import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { BypassAudience, BypassState, BypassReason } from '../contracts';

/** A conference and the channel that it is shown on; there from the first time that somebody asks or configures. */
@Entity('bypass_lives')
@Check('bypass_lives_state', `state IN ('idle', 'starting', 'live', 'draining')`)
@Check('bypass_lives_audience', `audience IN ('open', 'allowed')`)
@Check('bypass_lives_started', `state = 'idle' OR started_at IS NOT NULL`)
@Check('bypass_lives_draining', `(state = 'draining') = (draining_at IS NOT NULL)`)
@Index('bypass_lives_newest', ['createdAt', 'id'])
@Index('bypass_lives_owner', ['ownerId', 'createdAt'])
@Index('bypass_lives_unfinished', ['startedAt'], { where: `state <> 'idle' OR mix_task_id IS NOT NULL` })
export class BypassLive {
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id: string;

  @Index('bypass_lives_conference', { unique: true })
  @Column({ name: 'conference_id', type: 'uuid' })
  conferenceId: string;

  @Index('bypass_lives_channel', { unique: true })
  @Column({ name: 'channel_id', type: 'uuid' })
  channelId: string;

  /** Of the conference. */
  @Column({ name: 'owner_id', type: 'text' })
  ownerId: string;

  @Column({ name: 'state', type: 'text', default: 'idle' })
  state: BypassState;

  @Column({ name: 'enabled', type: 'boolean', default: true })
  enabled: boolean;

  /** null: as the conference's own access is. */
  @Column({ name: 'audience', type: 'text', nullable: true })
  audience: BypassAudience | null;

  /** User ids who may watch beside the conference's members. */
  @Column({ name: 'allowed', type: 'text', array: true, default: '{}' })
  allowed: string[];

  /** Of the present run; of the last one until its mix has ended. Written in one commit with the task itself. */
  @Index('bypass_lives_mix_task')
  @Column({ name: 'mix_task_id', type: 'uuid', nullable: true })
  mixTaskId: string | null;

  /** When the present or last run was first asked for. */
  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt: Date | null;

  /** When the present or last run was first seen; null: it has not been. */
  @Column({ name: 'live_at', type: 'timestamptz', nullable: true })
  liveAt: Date | null;

  /** Until then somebody who has just got the addresses counts as a viewer, though they have not opened one yet. */
  @Column({ name: 'lease_until', type: 'timestamptz', nullable: true })
  leaseUntil: Date | null;

  @Column({ name: 'draining_at', type: 'timestamptz', nullable: true })
  drainingAt: Date | null;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt: Date | null;

  /** Why the last run ended or could not begin; a stable code. */
  @Column({ name: 'reason', type: 'text', nullable: true })
  reason: BypassReason | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}

/** Somebody who asked to watch the present run, and is to be told how it goes. */
@Entity('bypass_watchers')
export class BypassWatcher {
  @PrimaryColumn({ name: 'bypass_live_id', type: 'uuid' })
  @ForeignKey(() => BypassLive, { name: 'bypass_watchers_live', onDelete: 'CASCADE' })
  bypassLiveId: string;

  @PrimaryColumn({ name: 'user_id', type: 'text' })
  userId: string;
}
