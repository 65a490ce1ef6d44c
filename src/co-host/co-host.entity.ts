import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type {
  CoHostState,
  InvitationKind,
  InvitationState,
  Layout,
  MixingMode,
  MixOutput,
  SeatState,
} from '../contracts';

/** An invitation of the host to a viewer, a viewer's application to the host, or a challenge of one host to another. */
@Entity('invitations')
@Index('invitations_one_pending', ['channelId', 'userId'], {
  unique: true,
  where: `"state" = 'pending' AND "kind" <> 'pk'`,
})
@Index('invitations_one_challenge_from', ['channelId'], {
  unique: true,
  where: `"state" = 'pending' AND "kind" = 'pk'`,
})
@Index('invitations_one_challenge_to', ['toChannelId'], {
  unique: true,
  where: `"state" = 'pending' AND "kind" = 'pk'`,
})
@Index('invitations_one_invite', ['userId'], {
  unique: true,
  where: `"state" = 'pending' AND "kind" = 'invite'`,
})
@Index('invitations_queue', ['channelId', 'createdAt', 'id'], {
  where: `"state" = 'pending' AND "kind" = 'apply'`,
})
@Index('invitations_by_channel', ['channelId', 'createdAt'])
@Index('invitations_due', ['expiresAt'], { where: `"state" = 'pending'` })
@Check('invitations_kind', `"kind" IN ('invite', 'apply', 'pk')`)
@Check(
  'invitations_pk',
  `("kind" = 'pk') = ("to_channel_id" IS NOT NULL) AND ("kind" = 'pk') = ("duration_ms" IS NOT NULL)`,
)
@Check('invitations_pk_channels', `"to_channel_id" <> "channel_id"`)
@Check('invitations_seat', `"seat" BETWEEN 1 AND 15`)
@Check('invitations_state', `"state" IN ('pending', 'accepted', 'rejected', 'cancelled', 'expired')`)
export class Invitation {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ name: 'channel_id', type: 'uuid' })
  channelId: string;

  @Column({ type: 'varchar', length: 16 })
  kind: InvitationKind;

  @Column({ type: 'varchar', length: 16 })
  state: InvitationState;

  /** The viewer who would go on the air, whoever asked; of a challenge, the host of the other channel. */
  @Column({ name: 'user_id', type: 'varchar', length: 128 })
  userId: string;

  /** Of an invited viewer his id, until he answers with a token that carries his name. */
  @Column({ name: 'user_name', type: 'text' })
  userName: string;

  @Column({ name: 'host_id', type: 'varchar', length: 128 })
  hostId: string;

  /** The seat that was asked for; null: any. */
  @Column({ type: 'smallint', nullable: true })
  seat: number | null;

  /** Of a challenge: the other channel, and how long the match is to last, ms. */
  @Index('invitations_by_other_channel', { where: `"to_channel_id" IS NOT NULL` })
  @Column({ name: 'to_channel_id', type: 'uuid', nullable: true })
  toChannelId: string | null;

  @Column({ name: 'duration_ms', type: 'integer', nullable: true })
  durationMs: number | null;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}

/**
 * One co-hosting on one channel: a conference, its seats and the mix that is pushed to the channel. For a PK two
 * sessions are paired: they are in one conference, and the mix of each shows the people of both.
 */
@Entity('co_host_sessions')
@Index('co_host_sessions_one_active', ['channelId'], {
  unique: true,
  where: `"state" IN ('connecting', 'live', 'ending')`,
})
@Index('co_host_sessions_one_host', ['hostId'], {
  unique: true,
  where: `"state" IN ('connecting', 'live', 'ending')`,
})
@Index('co_host_sessions_by_conference', ['conferenceId'])
@Index('co_host_sessions_one_pair', ['pairedWith'], { unique: true, where: `"paired_with" IS NOT NULL` })
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

  /** PK: the conference it has come from, and goes back to; null: it hasn't moved. */
  @Column({ name: 'home_conference_id', type: 'uuid', nullable: true })
  homeConferenceId: string | null;

  /** Made for a PK, with which it ends. */
  @Column({ name: 'ends_with_pair', type: 'boolean', default: false })
  endsWithPair: boolean;

  @Column({ name: 'mix_task_id', type: 'uuid', nullable: true })
  mixTaskId: string | null;

  /** Of the mix that is on the air, or will be. */
  @Column({ name: 'mixing_mode', type: 'varchar', length: 8, default: 'server' })
  mixingMode: MixingMode;

  /** The channel's mode that the session has taken notice of: it follows each change once, also one that fails. */
  @Column({ name: 'channel_mode', type: 'varchar', length: 8, default: 'server' })
  channelMode: MixingMode;

  /** Since when the stream that the host mixes himself is away; null: it is there, or isn't waited for. */
  @Column({ name: 'mix_lost_at', type: 'timestamptz', nullable: true })
  mixLostAt: Date | null;

  @Column({ name: 'host_id', type: 'varchar', length: 128 })
  hostId: string;

  @Column({ type: 'varchar', length: 16 })
  state: CoHostState;

  @Column({ type: 'jsonb' })
  layout: Layout;

  /** Of its mix; null: chosen when that begins. */
  @Column({ type: 'jsonb', nullable: true })
  output: MixOutput | null;

  /** As the channel had it when somebody was seated last. */
  @Column({ name: 'seat_limit', type: 'smallint' })
  seatLimit: number;

  @Column({ name: 'locked_seats', type: 'smallint', array: true, default: () => `'{}'` })
  lockedSeats: number[];

  @Column({ type: 'text', nullable: true })
  reason: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  /** When viewers first saw the mix; null: they never did. */
  @Column({ name: 'live_at', type: 'timestamptz', nullable: true })
  liveAt: Date | null;

  @Column({ name: 'ending_at', type: 'timestamptz', nullable: true })
  endingAt: Date | null;

  /** When the channel was given back to the host's push and he was told; null: not yet. */
  @Column({ name: 'returned_at', type: 'timestamptz', nullable: true })
  returnedAt: Date | null;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt: Date | null;

  /** When the mix was stopped and the conference ended, after the session; null: not yet. */
  @Column({ name: 'cleaned_at', type: 'timestamptz', nullable: true })
  cleanedAt: Date | null;
}

/** A user's seat in a session. Rows stay when the user has left; a new invitation seats him again in the same row. */
@Entity('co_host_members')
@Index('co_host_members_one_user', ['sessionId', 'userId'], { unique: true })
@Index('co_host_members_one_air', ['userId'], { unique: true, where: `"state" <> 'left'` })
@Index('co_host_members_one_seat', ['sessionId', 'seat'], { unique: true, where: `"state" <> 'left'` })
@Check('co_host_members_state', `"state" IN ('invited', 'on-air', 'left')`)
@Check('co_host_members_seat', `"seat" BETWEEN 0 AND 15`)
@Check('co_host_members_host', `("role" = 'host') = ("seat" = 0)`)
export class CoHostMember {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ name: 'session_id', type: 'uuid' })
  sessionId: string;

  @Column({ name: 'user_id', type: 'varchar', length: 128 })
  userId: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'smallint' })
  seat: number;

  @Column({ type: 'varchar', length: 8 })
  role: 'host' | 'guest';

  @Column({ type: 'varchar', length: 16 })
  state: SeatState;

  @Column({ type: 'boolean', default: true })
  audio: boolean;

  @Column({ type: 'boolean', default: true })
  video: boolean;

  /** He can't undo it himself. */
  @Column({ name: 'audio_muted_by_host', type: 'boolean', default: false })
  audioMutedByHost: boolean;

  @Column({ name: 'video_muted_by_host', type: 'boolean', default: false })
  videoMutedByHost: boolean;

  /**
   * How often the user has been seated. Whoever judged a seat by what the conference said compares it before he
   * writes: a user who has been seated again meanwhile must not be taken for the one who left.
   */
  @Column({ type: 'integer', default: 1 })
  turn: number;

  /** When he was seated last, or his session went into another conference. */
  @Column({ name: 'seated_at', type: 'timestamptz', default: () => 'now()' })
  seatedAt: Date;
}

/** A user who may not come (back) on the air in this session. */
@Entity('co_host_bans')
export class CoHostBan {
  @PrimaryColumn({ name: 'session_id', type: 'uuid' })
  sessionId: string;

  @PrimaryColumn({ name: 'user_id', type: 'varchar', length: 128 })
  userId: string;

  /** His id where he was no member. */
  @Column({ type: 'text' })
  name: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
