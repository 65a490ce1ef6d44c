import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { MemberState } from '../../contracts';
import { Conference } from '../conference.entity';

/** Why a member is gone. `removed` keeps them out of a conference for members. */
export type LeftReason = 'left' | 'lost' | 'removed' | 'ended';

/**
 * One row per user and conference. `memberId` names the present membership: it changes when the user comes back after
 * having left, so that what concerns an earlier one (tokens, late media events) doesn't touch the new one.
 */
@Entity('conference_members')
@Check('conference_members_state', `state IN ('invited', 'joined', 'connected', 'left')`)
@Check('conference_members_deadline', `(state = 'joined') = (grace_deadline IS NOT NULL)`)
@Check('conference_members_reason', `(state = 'left') = (left_reason IS NOT NULL)`)
@Check('conference_members_sending', `state = 'connected' OR NOT (sending_audio OR sending_video)`)
@Check('conference_members_gain', `gain BETWEEN 0 AND 2`)
@Index('conference_members_user', ['userId'])
@Index('conference_members_connected', ['conferenceId'], { where: `state = 'connected'` })
export class ConferenceMember {
  @PrimaryColumn({ name: 'conference_id', type: 'uuid' })
  @ForeignKey(() => Conference, { name: 'conference_members_conference', onDelete: 'CASCADE' })
  conferenceId: string;

  @PrimaryColumn({ name: 'user_id', type: 'text' })
  userId: string;

  @Index('conference_members_member', { unique: true })
  @Column({ name: 'member_id', type: 'uuid' })
  memberId: string;

  @Column({ name: 'name', type: 'text' })
  name: string;

  @Column({ name: 'state', type: 'text' })
  state: MemberState;

  @Column({ name: 'left_reason', type: 'text', nullable: true })
  leftReason: LeftReason | null;

  /** The member's own choice; toRecord (conference.view.ts) says what they may send. */
  @Column({ name: 'audio', type: 'boolean', default: true })
  audio: boolean;

  @Column({ name: 'video', type: 'boolean', default: true })
  video: boolean;

  /** Who may mute and remove the member; null: the conference's owner. Admins always may. */
  @Column({ name: 'moderator_id', type: 'text', nullable: true })
  moderatorId: string | null;

  /** Muted by the moderator: the member can't undo it. */
  @Column({ name: 'audio_muted_by_host', type: 'boolean', default: false })
  audioMutedByHost: boolean;

  @Column({ name: 'video_muted_by_host', type: 'boolean', default: false })
  videoMutedByHost: boolean;

  /** What their sound is multiplied by in a mix. */
  @Column({ name: 'gain', type: 'double precision', default: 1 })
  gain: number;

  /** Rises with every change of what the member may send; media nodes report which they have. */
  @Column({ name: 'permissions_version', type: 'integer', default: 1 })
  permissionsVersion: number;

  /** What arrives from the member. */
  @Column({ name: 'sending_audio', type: 'boolean', default: false })
  sendingAudio: boolean;

  @Column({ name: 'sending_video', type: 'boolean', default: false })
  sendingVideo: boolean;

  /** Joined, but the media isn't (or is no longer) connected: when the member counts as gone. */
  @Index('conference_members_grace', { where: 'grace_deadline IS NOT NULL' })
  @Column({ name: 'grace_deadline', type: 'timestamptz', nullable: true })
  graceDeadline: Date | null;

  /** How often the member was admitted: a removal that means an earlier admission doesn't touch a later one. */
  @Column({ name: 'admission', type: 'integer', default: 1 })
  admission: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
