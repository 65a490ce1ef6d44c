import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

export type RestrictionKind = 'mute' | 'ban';

/** A user who may not write in a room (mute) or not be in it (ban). A row whose time is over has no effect. */
@Entity('room_restrictions')
@Check('room_restrictions_kind', `kind IN ('mute', 'ban')`)
@Check('room_restrictions_mute_ends', `kind = 'ban' OR "until" IS NOT NULL`)
@Index('room_restrictions_until', ['until'], { where: `"until" IS NOT NULL` })
export class Restriction {
  @PrimaryColumn({ name: 'channel_id', type: 'uuid' })
  channelId: string;

  @PrimaryColumn({ name: 'user_id', type: 'varchar', length: 128 })
  userId: string;

  @PrimaryColumn({ name: 'kind', type: 'text' })
  kind: RestrictionKind;

  /** The id where the user was not seen in the room. */
  @Column({ name: 'name', type: 'text' })
  name: string;

  /** null: until it is lifted. */
  @Column({ name: 'until', type: 'timestamptz', nullable: true })
  until: Date | null;

  @Column({ name: 'by_user_id', type: 'varchar', length: 128 })
  byUserId: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
