import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Signals that are too large for NOTIFY; shape and upkeep are `@socket.io/postgres-adapter`'s. */
@Entity('socket_io_attachments')
export class SocketAttachment {
  @PrimaryGeneratedColumn({ name: 'id', type: 'bigint' })
  id: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'payload', type: 'bytea' })
  payload: Buffer;
}
