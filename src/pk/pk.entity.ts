import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { PkState, PkReason } from '../contracts';

/** One match of two hosts: its time and its result. */
@Entity('pk_matches')
@Index('pk_matches_unfinished', ['createdAt'], { where: `"ended_at" IS NULL` })
@Index('pk_matches_over', ['endedAt'], { where: `"ended_at" IS NOT NULL` })
@Check('pk_matches_state', `"state" IN ('starting', 'running', 'ending', 'ended', 'failed')`)
@Check('pk_matches_duration', `"duration_ms" BETWEEN 1 AND 3600000`)
@Check('pk_matches_started', `("started_at" IS NULL) = ("ends_at" IS NULL)`)
@Check('pk_matches_running', `"state" <> 'running' OR "started_at" IS NOT NULL`)
@Check('pk_matches_reason', `("state" IN ('starting', 'running')) = ("reason" IS NULL)`)
@Check('pk_matches_ended', `("state" IN ('ended', 'failed')) = ("ended_at" IS NOT NULL)`)
export class PkMatch {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** The challenge that was accepted. */
  @Index('pk_matches_invitation', { unique: true })
  @Column({ name: 'invitation_id', type: 'uuid' })
  invitationId: string;

  @Column({ type: 'varchar', length: 16 })
  state: PkState;

  /** ms */
  @Column({ name: 'duration_ms', type: 'integer' })
  durationMs: number;

  /** Stable code: why it was over; null until then. */
  @Column({ type: 'text', nullable: true })
  reason: PkReason | null;

  /** Channel of the winner; null: a draw, or no result. */
  @Column({ type: 'uuid', nullable: true })
  winner: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  /** When both audiences saw both hosts; null: they never did. */
  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt: Date | null;

  /** When its time is up; if it was over sooner, when that was. */
  @Column({ name: 'ends_at', type: 'timestamptz', nullable: true })
  endsAt: Date | null;

  /** When both channels were back to what they were before. */
  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt: Date | null;
}

/** A host's side of a match. */
@Entity('pk_sides')
@Index('pk_sides_one_channel', ['channelId'], { unique: true, where: 'NOT "over"' })
@Index('pk_sides_one_host', ['hostId'], { unique: true, where: 'NOT "over"' })
@Index('pk_sides_one_session', ['sessionId'], { unique: true, where: 'NOT "over"' })
@Index('pk_sides_by_channel', ['channelId'])
@Check('pk_sides_side', `"side" IN (0, 1)`)
@Check('pk_sides_points', `"points" >= 0`)
export class PkSide {
  @PrimaryColumn({ name: 'match_id', type: 'uuid' })
  @ForeignKey(() => PkMatch, { name: 'pk_sides_match', onDelete: 'CASCADE' })
  matchId: string;

  /** 0: the challenger's. */
  @PrimaryColumn({ type: 'smallint' })
  side: number;

  @Column({ name: 'channel_id', type: 'uuid' })
  channelId: string;

  /** The channel's, when the match was made. */
  @Column({ type: 'text' })
  title: string;

  @Column({ name: 'host_id', type: 'varchar', length: 128 })
  hostId: string;

  @Column({ name: 'host_name', type: 'text' })
  hostName: string;

  /** The co-hosting on the channel. */
  @Column({ name: 'session_id', type: 'uuid' })
  sessionId: string;

  @Column({ type: 'integer', default: 0 })
  points: number;

  /** Whether the match is over. Then channel and host are free for another. */
  @Column({ type: 'boolean', default: false })
  over: boolean;
}
