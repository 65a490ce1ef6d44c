import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type {
  ChannelAccess,
  ChannelSource,
  ClientMixFallback,
  Layout,
  MixingMode,
  MixOutput,
  RelayPlayback,
} from '../contracts';
import type { PutOut } from './doors/put-out';
import type { RelaySnapshot, StreamSnapshot, VideoSnapshot } from '../media/contract';

/**
 * `host`: a user's own channel, in lists and by its id. `bypass`: the system's, on which a conference is shown; other
 * rooms hand out what may be known of it.
 */
export type ChannelKind = 'host' | 'bypass';

@Entity('channels')
@Check('channels_kind', `kind IN ('host', 'bypass')`)
@Check('channels_mixing_mode', `mixing_mode IN ('server', 'client')`)
@Check('channels_client_mix_fallback', `client_mix_fallback IN ('hold', 'server')`)
@Check('channels_source', `source IN ('none', 'host', 'mix')`)
@Check('channels_access', `access IN ('open', 'members')`)
@Check('channels_share_code', `(share_code IS NULL) = (share_code_at IS NULL)`)
@Check('channels_seat_limit', `seat_limit BETWEEN 2 AND 16`)
@Check('channels_suspension', `(suspended_at IS NULL) = (suspended_reason IS NULL)`)
@Check('channels_epochs', `host_epoch >= 1 AND epoch >= host_epoch`)
@Index('channels_newest', ['createdAt', 'id'])
@Index('channels_by_title', ['title', 'id'], { where: `kind = 'host'` })
@Index('channels_relayed', ['id'], { where: `relay_status IS NOT NULL` })
@Index('channels_owner', ['ownerId'], { where: `kind = 'host'` })
@Index('channels_shared', ['shareCode'], { unique: true, where: 'share_code IS NOT NULL' })
@Index('channels_node', ['nodeId'])
@Index('channels_live', ['nodeId'], { where: 'live' })
@Index('channels_idle_pins', ['pinnedAt'], { where: 'node_id IS NOT NULL AND NOT live' })
@Check(
  'channels_live_is_pinned',
  `live = (source <> 'none' OR host_publishing OR mix_epochs <> '{}' OR viewers > 0) AND (node_id IS NOT NULL OR NOT live)`,
)
export class Channel {
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id: string;

  @Column({ name: 'kind', type: 'text', default: 'host' })
  kind: ChannelKind;

  @Column({ name: 'title', type: 'text' })
  title: string;

  @Column({ name: 'owner_id', type: 'text' })
  ownerId: string;

  @Column({ name: 'owner_name', type: 'text' })
  ownerName: string;

  @Column({ name: 'mixing_mode', type: 'text', default: 'server' })
  mixingMode: MixingMode;

  @Column({ name: 'client_mix_fallback', type: 'text', default: 'hold' })
  clientMixFallback: ClientMixFallback;

  @Column({ name: 'layout', type: 'jsonb' })
  layout: Layout;

  @Column({ name: 'output', type: 'jsonb' })
  output: MixOutput;

  /** Seats of a co-hosting, the host's included. */
  @Column({ name: 'seat_limit', type: 'smallint', default: 9 })
  seatLimit: number;

  /** Highest epoch given out. */
  @Column({ name: 'epoch', type: 'integer', default: 1 })
  epoch: number;

  /** Epoch that the host's push carries. */
  @Column({ name: 'host_epoch', type: 'integer', default: 1 })
  hostEpoch: number;

  /** Media node that carries the channel; null: it is idle, and goes to the node where it is next needed. */
  @Column({ name: 'node_id', type: 'text', nullable: true })
  nodeId: string | null;

  /** When it was last given an address on its node, or fell idle there. */
  @Column({ name: 'pinned_at', type: 'timestamptz', default: () => 'now()' })
  pinnedAt: Date;

  /**
   * Somebody publishes it or watches it, by what follows. A column, so that counting viewers touches no index: one on live
   * channels names this alone.
   */
  @Column({ name: 'live', type: 'boolean', default: false })
  live: boolean;

  /** What the node reported last: */
  @Column({ name: 'source', type: 'text', default: 'none' })
  source: ChannelSource;

  /** How many times the source has changed. */
  @Column({ name: 'source_version', type: 'integer', default: 0 })
  sourceVersion: number;

  /** Epoch of the active source, 0 for none. */
  @Column({ name: 'source_epoch', type: 'integer', default: 0 })
  sourceEpoch: number;

  /** The host's encoder is connected, on the air or standing by. */
  @Column({ name: 'host_publishing', type: 'boolean', default: false })
  hostPublishing: boolean;

  /** Epochs of the mixes that are connected, on the air or standing by; rising. */
  @Column({ name: 'mix_epochs', type: 'integer', array: true, default: '{}' })
  mixEpochs: number[];

  @Column({ name: 'viewers', type: 'integer', default: 0 })
  viewers: number;

  /** Picture of the host's stream when it was last on the air. */
  @Column({ name: 'host_video', type: 'jsonb', nullable: true })
  hostVideo: VideoSnapshot | null;

  /** What goes out on it, from whichever source; null: nothing is on the air, or its node doesn't say. */
  @Column({ name: 'stream', type: 'jsonb', nullable: true })
  stream: StreamSnapshot | null;

  /** Something is wrong with what is on the air, or with its relay (isInTrouble). A column, as `live` is. */
  @Column({ name: 'in_trouble', type: 'boolean', default: false })
  inTrouble: boolean;

  /** FLV viewers get end-of-sequence markers at a hand-over. */
  @Column({ name: 'flv_markers', type: 'boolean', default: true })
  flvMarkers: boolean;

  /** Of the play tokens that are given out now; viewers with earlier tokens are cut. */
  @Column({ name: 'play_generation', type: 'integer', default: 0 })
  playGeneration: number;

  /** Of the push keys that are given out now; who publishes with an earlier one is cut. */
  @Column({ name: 'push_generation', type: 'integer', default: 0 })
  pushGeneration: number;

  /** Nobody may publish or watch since then; null: the channel isn't suspended. */
  @Column({ name: 'suspended_at', type: 'timestamptz', nullable: true })
  suspendedAt: Date | null;

  @Column({ name: 'suspended_reason', type: 'text', nullable: true })
  suspensionNote: string | null;

  /** Viewers who were put out while play tokens of theirs may still be good (viewer_bans says who is banned). */
  @Column({ name: 'put_out', type: 'jsonb', default: [] })
  putOut: PutOut[];

  /** Who is banned from the channel's room may not watch it either. */
  @Column({ name: 'room_bans_stop_watching', type: 'boolean', default: false })
  roomBansStopWatching: boolean;

  /** Whether its share link, where it has one, lets anybody watch. */
  @Column({ name: 'access', type: 'text', default: 'open' })
  access: ChannelAccess;

  /** Of its share link, as the owner passes it on; null: it has none. */
  @Column({ name: 'share_code', type: 'text', nullable: true })
  shareCode: string | null;

  @Column({ name: 'share_code_at', type: 'timestamptz', nullable: true })
  shareCodeAt: Date | null;

  /** Of the visits that begin now; who came by an earlier one is cut. */
  @Column({ name: 'visit_generation', type: 'integer', default: 0 })
  visitGeneration: number;

  @Column({ name: 'likes', type: 'bigint', default: 0, transformer: { from: Number, to: (n: unknown) => n } })
  likes: number;

  /** When the room was told of them last. */
  @Column({ name: 'likes_told_at', type: 'timestamptz', nullable: true })
  likesToldAt: Date | null;

  /** Where the channel is relayed to, with its stream key: sealed (RelayAddresses). null: as configured for all. */
  @Column({ name: 'relay_url', type: 'bytea', nullable: true })
  relayUrl: Buffer | null;

  /** Addresses of the outside's viewers, with `relayUrl`. */
  @Column({ name: 'relay_playback', type: 'jsonb', nullable: true })
  relayPlayback: RelayPlayback | null;

  /** As the node reported last; null: there is no relay, or nothing on the air. */
  @Column({ name: 'relay_status', type: 'jsonb', nullable: true })
  relayStatus: RelaySnapshot | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
