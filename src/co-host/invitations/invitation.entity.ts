import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { InvitationKind, InvitationState } from '../../contracts';

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
@Index('invitations_old', ['createdAt'])
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

  /** The viewer who would go on the air, no matter who asked; of a challenge, the host of the other channel. */
  @Column({ name: 'user_id', type: 'varchar', length: 128 })
  userId: string;

  /** Of an invited viewer the user id, until they answer with a token that carries their name. */
  @Column({ name: 'user_name', type: 'text' })
  userName: string;

  @Column({ name: 'host_id', type: 'varchar', length: 128 })
  hostId: string;

  /** The seat that was asked for; null: any. */
  @Column({ type: 'smallint', nullable: true })
  seat: number | null;

  /** Of a challenge: the other channel. */
  @Index('invitations_by_other_channel', { where: `"to_channel_id" IS NOT NULL` })
  @Column({ name: 'to_channel_id', type: 'uuid', nullable: true })
  toChannelId: string | null;

  /** Of a challenge: how long the match is to last, ms. */
  @Column({ name: 'duration_ms', type: 'integer', nullable: true })
  durationMs: number | null;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
