import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { ImageType } from '../../contracts';
import { Channel } from '../channel.entity';

/** A picture that the layout of its channel may name. It never changes. */
@Entity('channel_images')
@Check('channel_images_type', `media_type IN ('image/png', 'image/jpeg')`)
@Index('channel_images_newest', ['channelId', 'createdAt', 'id'])
export class ChannelImage {
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id: string;

  @Column({ name: 'channel_id', type: 'uuid' })
  @ForeignKey(() => Channel, { name: 'channel_images_channel', onDelete: 'CASCADE' })
  channelId: string;

  @Column({ name: 'media_type', type: 'text' })
  mediaType: ImageType;

  @Column({ name: 'width', type: 'integer' })
  width: number;

  @Column({ name: 'height', type: 'integer' })
  height: number;

  /** Bytes. */
  @Column({ name: 'size', type: 'integer' })
  size: number;

  @Column({ name: 'sha256', type: 'bytea' })
  sha256: Buffer;

  /** Not read with the rest. */
  @Column({ name: 'bytes', type: 'bytea', select: false })
  bytes: Buffer;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
