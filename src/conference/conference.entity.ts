import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ConferenceState } from '../contracts';

/** `co-host`: the call of a co-hosting, which is shown on its host's channel. */
export type ConferencePurpose = 'meeting' | 'co-host';
/** `approval`: who isn't let in yet may ask for it. */
export type ConferenceAccess = 'open' | 'approval' | 'members';

@Entity('conferences')
@Check('conferences_number', `number ~ '^[1-9]([0-9]{8}|[0-9]{10})$'`)
@Check('conferences_purpose', `purpose IN ('meeting', 'co-host')`)
@Check('conferences_access', `access IN ('open', 'approval', 'members')`)
@Check(
  'conferences_state',
  `(state = 'open' AND ended_at IS NULL) OR (state = 'ended' AND ended_at IS NOT NULL)`,
)
@Index('conferences_owner', ['ownerId', 'createdAt'])
@Index('conferences_newest', ['createdAt', 'id'])
@Index('conferences_ended', ['endedAt'], { where: `ended_at IS NOT NULL` })
@Index('conferences_open', ['ownerId'], { where: `state = 'open' AND purpose = 'meeting'` })
@Index('conferences_node', ['nodeId'], { where: `state = 'open'` })
export class Conference {
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id: string;

  /** Eleven digits (nine before), the first not 0: what people dial and read out. */
  @Index('conferences_number_unique', { unique: true })
  @Column({ name: 'number', type: 'text' })
  number: string;

  @Column({ name: 'title', type: 'text' })
  title: string;

  @Column({ name: 'owner_id', type: 'text' })
  ownerId: string;

  @Column({ name: 'purpose', type: 'text', default: 'meeting' })
  purpose: ConferencePurpose;

  @Column({ name: 'access', type: 'text' })
  access: ConferenceAccess;

  /** Nobody joins who wasn't let in before. */
  @Column({ name: 'locked', type: 'boolean', default: false })
  locked: boolean;

  /** In the call at a time, the owner included, who may always come; null: as many as want to. */
  @Column({ name: 'member_limit', type: 'smallint', nullable: true })
  memberLimit: number | null;

  @Column({ name: 'state', type: 'text' })
  state: ConferenceState;

  /** The media node that carries it; null until somebody needs one. */
  @Column({ name: 'node_id', type: 'text', nullable: true })
  nodeId: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt: Date | null;
}
