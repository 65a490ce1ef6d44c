import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** In JavaScript a number; one report each millisecond would take 285,000 years to outgrow it. */
const count = { type: 'bigint', transformer: { to: (n: number) => n, from: Number } } as const;

/** A media node as it last reported itself. */
@Entity('media_nodes')
@Check('media_nodes_last_seq', 'last_seq >= 0')
export class MediaNode {
  /** NODE_ID of the media process. */
  @PrimaryColumn({ name: 'id', type: 'text' })
  id: string;

  /** Changes at every start of the process; event numbers start anew with it. Empty before the first report. */
  @Column({ name: 'boot_id', type: 'text', default: '' })
  bootId: string;

  /** `seq` of the newest event taken from this boot. */
  @Column({ name: 'last_seq', type: 'integer', default: 0 })
  lastSeq: number;

  /** When the newest call that was taken was sent, by the node's clock: each is newer, or it is a recorded one. */
  @Column({ name: 'last_sent_at', type: 'timestamptz', nullable: true })
  lastSentAt: Date | null;
  /** `seq` of the newest report taken from this boot; an older one is ignored. */
  @Column({ name: 'report_seq', type: 'integer', default: 0 })
  reportSeq: number;

  /** Reports that were taken, and losses, since the node was first heard: the order of what is told of it. */
  @Column({ name: 'told', ...count, default: 0 })
  told: number;

  @Column({ name: 'media_url', type: 'text', default: '' })
  mediaUrl: string;

  @Column({ name: 'rtmp_url', type: 'text', default: '' })
  rtmpUrl: string;

  @Column({ name: 'control_url', type: 'text', default: '' })
  controlUrl: string;

  @Column({ name: 'rtmp_port', type: 'integer', default: 0 })
  rtmpPort: number;

  /** 0..1, share of its event loop in use. */
  @Column({ name: 'load', type: 'real', default: 0 })
  load: number;

  @Column({ name: 'channels', type: 'integer', default: 0 })
  channels: number;

  @Column({ name: 'conferences', type: 'integer', default: 0 })
  conferences: number;

  @Column({ name: 'viewers', type: 'integer', default: 0 })
  viewers: number;

  /** false once NodeLost was published for it. */
  @Column({ name: 'alive', type: 'boolean', default: false })
  alive: boolean;

  @Column({ name: 'last_seen_at', type: 'timestamptz', default: () => 'now()' })
  lastSeenAt: Date;
}

/** How far a room has followed what is told of a node: nothing older is applied after it, whichever process has it. */
@Entity('node_followers')
export class NodeFollower {
  @PrimaryColumn({ name: 'node_id', type: 'text' })
  nodeId: string;

  /** The room. */
  @PrimaryColumn({ name: 'follower', type: 'text' })
  follower: string;

  /** MediaNode.told of what it applied last. */
  @Column({ name: 'told', ...count })
  told: number;
}
