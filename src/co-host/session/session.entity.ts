import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import { stateIn } from '../../platform/common';
import type { CoHostState, Layout, MixingMode, MixOutput, CoHostReason } from '../../contracts';
import { activeStates } from './session.state';

/** Of a partial index: another list of states needs a migration. */
const ACTIVE = stateIn('"state"', activeStates);

/**
 * One co-hosting on one channel: a conference, its seats and the mix that is pushed to the channel. For a PK two
 * sessions are paired: they are in one conference, and the mix of each shows the people of both.
 */
@Entity('co_host_sessions')
@Index('co_host_sessions_one_active', ['channelId'], { unique: true, where: ACTIVE })
@Index('co_host_sessions_one_host', ['hostId'], { unique: true, where: ACTIVE })
@Index('co_host_sessions_by_conference', ['conferenceId'])
@Index('co_host_sessions_one_pair', ['pairedWith'], { unique: true, where: `"paired_with" IS NOT NULL` })
@Index('co_host_sessions_mix_task', ['mixTaskId'])
@Index('co_host_sessions_cleaned', ['cleanedAt'], { where: `"cleaned_at" IS NOT NULL` })
@Index('co_host_sessions_unfinished', ['createdAt'], { where: `"cleaned_at" IS NULL` })
@Check('co_host_sessions_state', `"state" IN ('connecting', 'live', 'ending', 'ended', 'failed')`)
@Check('co_host_sessions_seat_limit', `"seat_limit" BETWEEN 2 AND 16`)
@Check(
  'co_host_sessions_modes',
  `"mixing_mode" IN ('server', 'client') AND "channel_mode" IN ('server', 'client')`,
)
@Check('co_host_sessions_pair', `"paired_with" <> "id"`)
@Check('co_host_sessions_ended', `("state" IN ('ended', 'failed')) = ("ended_at" IS NOT NULL)`)
export class CoHostSession {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ name: 'channel_id', type: 'uuid' })
  channelId: string;

  @Column({ name: 'conference_id', type: 'uuid' })
  conferenceId: string;

  /** PK: the session of the other host. */
  @Column({ name: 'paired_with', type: 'uuid', nullable: true })
  pairedWith: string | null;

  /** Rises with everything that is told of it. */
  @Column({ type: 'integer', default: 1 })
  version: number;

  /** PK: the conference that it has left, and returns to; null: it hasn't moved. */
  @Column({ name: 'home_conference_id', type: 'uuid', nullable: true })
  homeConferenceId: string | null;

  /** Made for a PK, and ends with it. */
  @Column({ name: 'ends_with_pair', type: 'boolean', default: false })
  endsWithPair: boolean;

  @Column({ name: 'mix_task_id', type: 'uuid', nullable: true })
  mixTaskId: string | null;

  /** Of the mix that is on the air, or will be. */
  @Column({ name: 'mixing_mode', type: 'varchar', length: 8, default: 'server' })
  mixingMode: MixingMode;

  /** The channel mode this session last acted on. Each change is followed once, even if it fails. */
  @Column({ name: 'channel_mode', type: 'varchar', length: 8, default: 'server' })
  channelMode: MixingMode;

  /** Since when the stream that the host's device mixes is missing; null: it is there, or isn't expected. */
  @Column({ name: 'mix_lost_at', type: 'timestamptz', nullable: true })
  mixLostAt: Date | null;

  @Column({ name: 'host_id', type: 'varchar', length: 128 })
  hostId: string;

  @Column({ type: 'varchar', length: 16 })
  state: CoHostState;

  @Column({ type: 'jsonb' })
  layout: Layout;

  /** Of its mix; null: chosen when the mix begins. */
  @Column({ type: 'jsonb', nullable: true })
  output: MixOutput | null;

  /** The channel's, when somebody was last seated. */
  @Column({ name: 'seat_limit', type: 'smallint' })
  seatLimit: number;

  @Column({ name: 'locked_seats', type: 'smallint', array: true, default: () => `'{}'` })
  lockedSeats: number[];

  @Column({ type: 'text', nullable: true })
  reason: CoHostReason | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  /** When viewers first saw the mix; null: they never did. */
  @Column({ name: 'live_at', type: 'timestamptz', nullable: true })
  liveAt: Date | null;

  @Column({ name: 'ending_at', type: 'timestamptz', nullable: true })
  endingAt: Date | null;

  /** When the channel was given back to the host's push and the host was told; null: not yet. */
  @Column({ name: 'returned_at', type: 'timestamptz', nullable: true })
  returnedAt: Date | null;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt: Date | null;

  /** When the mix was stopped and the conference ended, after the session's end; null: not yet. */
  @Column({ name: 'cleaned_at', type: 'timestamptz', nullable: true })
  cleanedAt: Date | null;
}
