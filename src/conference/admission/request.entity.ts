import { Column, CreateDateColumn, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Conference } from '../conference.entity';

/** A user who waits to be let into a conference. */
@Entity('conference_requests')
export class AdmissionRequest {
  @PrimaryColumn({ name: 'conference_id', type: 'uuid' })
  @ForeignKey(() => Conference, { name: 'conference_requests_conference', onDelete: 'CASCADE' })
  conferenceId: string;

  @PrimaryColumn({ name: 'user_id', type: 'text' })
  userId: string;

  @Column({ name: 'name', type: 'text' })
  name: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
