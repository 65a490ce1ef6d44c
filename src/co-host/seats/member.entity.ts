import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { SeatState } from '../../contracts';

/** A user who has or had a seat in a session. A new invitation seats a member who left again in the same row. */
@Entity('co_host_members')
@Index('co_host_members_one_user', ['sessionId', 'userId'], { unique: true })
@Index('co_host_members_one_air', ['userId'], { unique: true, where: `"state" <> 'left'` })
@Index('co_host_members_one_seat', ['sessionId', 'seat'], { unique: true, where: `"state" <> 'left'` })
@Check('co_host_members_state', `"state" IN ('invited', 'on-air', 'left')`)
@Check('co_host_members_seat', `"seat" BETWEEN 0 AND 15`)
@Check('co_host_members_gain', `"gain" BETWEEN 0 AND 2`)
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

  /** Their own device can't undo it. */
  @Column({ name: 'audio_muted_by_host', type: 'boolean', default: false })
  audioMutedByHost: boolean;

  @Column({ name: 'video_muted_by_host', type: 'boolean', default: false })
  videoMutedByHost: boolean;

  /** What their sound is multiplied by in the mix. */
  @Column({ type: 'double precision', default: 1 })
  gain: number;

  /**
   * How often the user has been seated. A change that follows a report of the conference compares it when it writes, so
   * a user who was seated again meanwhile isn't taken for one who left.
   */
  @Column({ name: 'turn', type: 'integer', default: 1 })
  generation: number;

  /** When they were last seated, or their session moved to another conference. */
  @Column({ name: 'seated_at', type: 'timestamptz', default: () => 'now()' })
  seatedAt: Date;
}
