import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { DomainError, EventBus, Log } from '../platform/common';
import type {
  ChannelSource,
  ClientMixFallback,
  Layout,
  MixingMode,
  MixOutput,
  PlaybackView,
  PushUrlView,
} from '../contracts';
import { CHANNEL_DEFAULTS } from './channel-defaults';
import type { StreamSnapshot, VideoSnapshot } from '../media/contract';
import type { Channel, ChannelKind } from './channel.entity';
import { ChannelRepository } from './channel.repository';
import { ChannelSettingsChanged } from './live.events';
import { MediaAddresses } from './addresses/media-addresses';
import { NodesFacade } from '../nodes';

export interface ChannelRecord {
  id: string;
  title: string;
  ownerId: string;
  ownerName: string;
  mixingMode: MixingMode;
  clientMixFallback: ClientMixFallback;
  layout: Layout;
  output: MixOutput;
  /** Seats of a co-hosting, the host's included. */
  seatLimit: number;
  source: ChannelSource;
  /** How many times it has changed. */
  sourceVersion: number;
  /** Epoch of what is on the air, 0 for nothing. */
  sourceEpoch: number;
  /** Highest epoch given out; the host's push carries hostEpoch. */
  epoch: number;
  hostEpoch: number;
  nodeId: string | null;
  viewers: number;
  /** The host's encoder is connected, on the air or standing by. */
  hostPublishing: boolean;
  /** Epochs of the mixes that are connected, on the air or standing by. */
  mixEpochs: number[];
  /** Picture of the host's stream when it was last on the air; a mix should follow it. */
  hostVideo: VideoSnapshot | null;
  /** What goes out on it, from whichever source. */
  stream: StreamSnapshot | null;
  /** By an admin: nobody may publish or watch. */
  suspended: boolean;
  roomBansStopWatching: boolean;
  likes: number;
}

/** For what begins on these channels, or leads to that. @throws DomainError channel_suspended */
export function requireNotSuspended(...channels: readonly Pick<ChannelRecord, 'suspended'>[]): void {
  if (channels.some(({ suspended }) => suspended)) throw new DomainError('channel_suspended');
}

/** What other rooms may ask of channels: what is on the air, and the hand-over between host and mix. */
@Injectable()
export class LiveFacade {
  private readonly log = new Log('live');

  constructor(
    private readonly channels: ChannelRepository,
    private readonly addresses: MediaAddresses,
    private readonly nodes: NodesFacade,
    private readonly bus: EventBus,
  ) {}

  /**
   * @param kind `any` only for ids that are our own; an id that a user names is of a `host` channel
   * @throws DomainError channel_not_found
   */
  async get(channelId: string, kind: ChannelKind | 'any' = 'host'): Promise<ChannelRecord> {
    const channel = await this.require(channelId);
    if (kind !== 'any' && channel.kind !== kind) throw new DomainError('channel_not_found', { channelId });
    return toRecord(channel);
  }

  /** Those of these channels that exist, of any kind. */
  async getMany(channelIds: string[]): Promise<ChannelRecord[]> {
    return (await this.channels.findMany(channelIds)).map(toRecord);
  }

  /**
   * Makes a channel to show a conference on: in no list, and nobody's push address leads there. Viewers of a conference
   * see who is speaking, so its layout shows names.
   * @returns its id
   */
  async openBypass(p: { title: string; ownerId: string }, tx: EntityManager): Promise<string> {
    const id = randomUUID();
    const layout = { ...CHANNEL_DEFAULTS.layout, names: true };
    const channel = { id, kind: 'bypass' as const, ...p, ownerName: p.ownerId, ...CHANNEL_DEFAULTS, layout };
    await this.channels.insert(channel, tx);
    return id;
  }

  /** Of conferences that are gone. */
  removeBypass(channelIds: string[], tx: EntityManager): Promise<void> {
    return this.channels.deleteBypass(channelIds, tx);
  }

  /** What isn't named stays. */
  async configure(
    channelId: string,
    { layout, output }: { layout?: Layout; output?: MixOutput },
    tx?: EntityManager,
  ): Promise<void> {
    const fields = { ...(layout ? { layout } : {}), ...(output ? { output } : {}) };
    if (Object.keys(fields).length > 0) await this.channels.update(channelId, fields, tx);
  }

  /**
   * Signed addresses to watch a channel of our own, for anybody: only who watches a host's channel can be put out.
   * @throws DomainError channel_not_found, channel_suspended, media_unavailable
   */
  async playback(channelId: string): Promise<PlaybackView> {
    return this.addresses.playback(await this.require(channelId), null);
  }

  /**
   * Revokes the addresses that were given out so far. Once `tx` has committed, every node that carries the channel cuts
   * the viewers who use them.
   */
  async revokePlayback(channelId: string, tx: EntityManager): Promise<void> {
    await this.channels.raisePlayGeneration(channelId, tx);
    this.bus.publish(new ChannelSettingsChanged(channelId));
  }

  /** The channel's next epoch, for a mix that is to take over. */
  async beginMix(channelId: string): Promise<number> {
    return this.found(channelId, await this.channels.raiseEpoch(channelId));
  }

  /**
   * Signed RTMP address for a mix of this epoch, good for 24 hours, as a mixer on our network reaches it.
   * @throws DomainError channel_not_found, media_unavailable
   */
  async mixTarget(channelId: string, epoch: number): Promise<string> {
    return this.addresses.mixTarget(await this.require(channelId), epoch);
  }

  /**
   * Signed address for a mix of this epoch that is made on the host's device, good for 24 hours.
   * @throws DomainError channel_not_found, media_unavailable
   */
  async mixPushUrl(channelId: string, epoch: number): Promise<PushUrlView> {
    return this.addresses.mixPushUrl(await this.require(channelId), epoch);
  }

  /**
   * Signed push address of the channel's host.
   * @throws DomainError channel_not_found, media_unavailable
   */
  async hostPushUrl(channelId: string): Promise<PushUrlView> {
    return this.addresses.pushUrl(await this.require(channelId));
  }

  /**
   * Lifts the connected mix of one epoch to another, so that no mix with an epoch in between takes over. Does nothing
   * where no such mix is connected.
   * @throws DomainError channel_not_found, media_unavailable
   */
  async liftMix(channelId: string, from: number, to: number): Promise<void> {
    const node = await this.nodes.find((await this.require(channelId)).nodeId);
    if (node) await this.nodes.promote(node.id, channelId, 'mix', to, from);
  }

  /**
   * Puts the host's push on the air again: the host's epoch becomes the newest, and a host's push that stands by takes
   * over. Where the node can't be told now, its next report makes up for it (ChannelSync).
   * @throws DomainError channel_not_found
   */
  async returnToHost(channelId: string): Promise<void> {
    const epoch = this.found(channelId, await this.channels.raiseHostEpoch(channelId));
    const { nodeId } = await this.require(channelId);
    try {
      const node = await this.nodes.find(nodeId);
      if (node) await this.nodes.promote(node.id, channelId, 'host', epoch);
    } catch (error) {
      this.log.warn({ err: error, channelId, nodeId }, 'host was not promoted at once');
    }
  }

  /** Closes the mix's push; idempotent. */
  async disconnectMix(channelId: string): Promise<void> {
    await this.addresses.disconnect(await this.require(channelId), 'mix');
  }

  /**
   * Takes a mix of this epoch off the air and ends its viewers' streams instead of holding them for another source.
   * A newer mix stays. Idempotent; does nothing where the node is gone.
   * @throws DomainError channel_not_found, media_unavailable
   */
  async endLive(channelId: string, epoch: number): Promise<void> {
    const node = await this.nodes.find((await this.require(channelId)).nodeId);
    if (node) await this.nodes.endChannel(node.id, channelId, epoch);
  }

  /**
   * @param periodMs in which the room is told of its likes once at most
   * @returns all likes, and whether the caller is to tell the room; null: the channel is gone
   */
  addLikes(
    channelId: string,
    count: number,
    periodMs: number,
  ): Promise<{ likes: number; tells: boolean } | null> {
    return this.channels.addLikes(channelId, count, periodMs);
  }

  private async require(channelId: string): Promise<Channel> {
    return this.found(channelId, await this.channels.find(channelId));
  }

  private found<T>(channelId: string, value: T | null): T {
    if (value === null) throw new DomainError('channel_not_found', { channelId });
    return value;
  }
}

function toRecord(channel: Channel): ChannelRecord {
  const { id, title, ownerId, ownerName, mixingMode, clientMixFallback, layout, output, source } = channel;
  const {
    seatLimit,
    sourceVersion,
    sourceEpoch,
    epoch,
    hostEpoch,
    nodeId,
    viewers,
    hostPublishing,
    mixEpochs,
  } = channel;
  const { hostVideo, stream, suspendedAt, roomBansStopWatching, likes } = channel;
  return {
    id,
    title,
    ownerId,
    ownerName,
    mixingMode,
    clientMixFallback,
    layout,
    output,
    seatLimit,
    source,
    sourceVersion,
    sourceEpoch,
    epoch,
    hostEpoch,
    nodeId,
    viewers,
    hostPublishing,
    mixEpochs,
    hostVideo,
    stream,
    suspended: suspendedAt !== null,
    roomBansStopWatching,
    likes,
  };
}
