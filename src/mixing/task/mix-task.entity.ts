import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { Layout, MixingMode, MixOutput, MixRelief, MixTaskState, MixTrouble } from '../../contracts';
import type { MixSeat, MixStatistics } from '../../media/contract';

/** Desired state (what to mix, `version`) and actual state of one mix. The worker reconciles the one to the other. */
@Entity('mix_tasks')
@Check(
  'mix_tasks_state',
  `state IN ('queued', 'starting', 'running', 'retrying', 'stopping', 'stopped', 'failed')`,
)
@Check('mix_tasks_mode', `mode IN ('server', 'client')`)
@Check('mix_tasks_reason', `reason_type IN ('co-host', 'bypass')`)
@Check('mix_tasks_versions', 'applied_version <= version')
// One of each mode: while a running session switches, the old mix and the new one are both there.
@Index('mix_tasks_one_live', ['channelId', 'mode'], {
  unique: true,
  where: `state IN ('queued', 'starting', 'running', 'retrying')`,
})
@Index('mix_tasks_unfinished', ['state'], { where: `state NOT IN ('stopped', 'failed')` })
@Index('mix_tasks_newest', ['createdAt', 'id'])
@Index('mix_tasks_updated', ['updatedAt'])
@Index('mix_tasks_owner', ['ownerId', 'createdAt'])
export class MixTask {
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id: string;

  @Column({ name: 'channel_id', type: 'uuid' })
  channelId: string;

  @Column({ name: 'conference_id', type: 'uuid' })
  conferenceId: string;

  /** Owner of the channel. */
  @Column({ name: 'owner_id', type: 'text' })
  ownerId: string;

  @Column({ name: 'mode', type: 'text' })
  mode: MixingMode;

  /** What the mix is for, e.g. a co-host session. */
  @Column({ name: 'reason_type', type: 'text' })
  reasonType: 'co-host' | 'bypass';

  @Column({ name: 'reason_id', type: 'text' })
  reasonId: string;

  @Column({ name: 'layout', type: 'jsonb' })
  layout: Layout;

  @Column({ name: 'output', type: 'jsonb' })
  output: MixOutput;

  @Column({ name: 'seats', type: 'jsonb' })
  seats: MixSeat[];

  /** Rises with every change of layout, seats, conference or output. */
  @Column({ name: 'version', type: 'integer', default: 1 })
  version: number;

  @Column({ name: 'state', type: 'text' })
  state: MixTaskState;

  @Column({ name: 'applied_version', type: 'integer', default: 0 })
  appliedVersion: number;

  /** Mixer processes so far. Also the fence: reports of an earlier attempt don't count. */
  @Column({ name: 'attempt', type: 'integer', default: 0 })
  attempt: number;

  /** Presence (LastingConnection) of the worker process that has it; null: none. Nothing else says whose it is. */
  @Column({ name: 'worker', type: 'integer', nullable: true })
  worker: number | null;

  /** Attempts in a row that didn't keep running. */
  @Column({ name: 'setbacks', type: 'integer', default: 0 })
  setbacks: number;

  /** Epoch of its push at the hub, from the first attempt on. */
  @Column({ name: 'epoch', type: 'integer', nullable: true })
  epoch: number | null;

  /** Why it failed, is retrying or waits; a stable code. */
  @Column({ name: 'error', type: 'text', nullable: true })
  error: MixTrouble | null;

  @Column({ name: 'statistics', type: 'jsonb', nullable: true })
  statistics: MixStatistics | null;

  /** CPU cores that its mixer takes, as measured last; null: not yet. */
  @Column({ name: 'cores', type: 'double precision', nullable: true })
  cores: number | null;

  /** What the present attempt does without, because its machine is too busy. */
  @Column({ name: 'relief', type: 'text', array: true, default: '{}' })
  relief: MixRelief[];

  /** When a worker first took it; null: none has. */
  @Column({ name: 'begun_at', type: 'timestamptz', nullable: true })
  begunAt: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;
}
