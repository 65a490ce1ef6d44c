import { Check, Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { ImageType } from '../../contracts';

/** A user's own picture, shown while their camera is off. */
@Entity('avatars')
@Check('avatars_type', `media_type IN ('image/png', 'image/jpeg')`)
export class Avatar {
  @PrimaryColumn({ name: 'user_id', type: 'varchar', length: 128 })
  userId: string;

  /** Another one with each upload, so that a mix knows one picture from the next. */
  @Column({ name: 'id', type: 'uuid' })
  id: string;

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
