import { Check, Column, CreateDateColumn, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Channel } from '../channel.entity';

/** `host`: by the channel's host or an admin. `room`: it goes with a ban from the channel's room. */
export type ViewerBanSource = 'host' | 'room';

/** A user who may not watch a channel. A row whose time is over has no effect. */
@Entity('viewer_bans')
@Check('viewer_bans_source', `source IN ('host', 'room')`)
export class ViewerBan {
  @PrimaryColumn({ name: 'channel_id', type: 'uuid' })
  @ForeignKey(() => Channel, { name: 'viewer_bans_channel', onDelete: 'CASCADE' })
  channelId: string;

  @PrimaryColumn({ name: 'user_id', type: 'varchar', length: 128 })
  userId: string;

  @PrimaryColumn({ name: 'source', type: 'text' })
  source: ViewerBanSource;

  /** null: until it is lifted. */
  @Column({ name: 'until', type: 'timestamptz', nullable: true })
  until: Date | null;

  @Column({ name: 'by_user_id', type: 'varchar', length: 128 })
  byUserId: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
