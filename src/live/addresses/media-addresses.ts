import { Injectable } from '@nestjs/common';
import { Signer } from '../../auth';
import { DomainError } from '../../platform/common';
import type { PlaybackView, PushUrlView } from '../../contracts';
import type { SourceRole } from '../../media/contract';
import type { Channel } from '../channel.entity';
import { ChannelRepository } from '../channel.repository';
import { type MediaNodeRef, NodesFacade } from '../../nodes';
import { isPinAging } from '../sync/channel-pins';
import { internalPushUrl, playbackUrls, pushUrls } from './node-urls';

const PUSH_TTL_SECONDS = 24 * 3600;
const PLAYBACK_TTL_SECONDS = 6 * 3600;

/** Which media node carries a channel, and the signed addresses there. */
@Injectable()
export class MediaAddresses {
  constructor(
    private readonly channels: ChannelRepository,
    private readonly nodes: NodesFacade,
    private readonly signer: Signer,
  ) {}

  /** The host's push address; it carries the host's epoch, so that it can't take over from a mix. */
  pushUrl(channel: Channel): Promise<PushUrlView> {
    return this.publicPush(channel, 'host', channel.hostEpoch);
  }

  /** The push address of a mix that is made on the host's own device. */
  mixPushUrl(channel: Channel, epoch: number): Promise<PushUrlView> {
    return this.publicPush(channel, 'mix', epoch);
  }

  /** A mix's push address, for a mixer on our own network. */
  async mixTarget(channel: Channel, epoch: number): Promise<string> {
    const node = await this.nodeOf(channel);
    const token = await this.pushToken(channel, 'mix', epoch);
    return internalPushUrl(node, channel.id, token);
  }

  async playback(channel: Channel): Promise<PlaybackView> {
    const node = await this.nodeOf(channel);
    const grant = { channelId: channel.id, generation: channel.playGeneration };
    const token = await this.signer.sign('play', grant, PLAYBACK_TTL_SECONDS);
    return {
      ...playbackUrls(node, channel.id, token),
      expiresAt: inSeconds(PLAYBACK_TTL_SECONDS),
      ...channel.relayPlayback,
    };
  }

  /** Closes the channel's publishers of one role; nothing to do where the node is gone. */
  async disconnect(channel: { id: string; nodeId: string | null }, role: SourceRole): Promise<void> {
    const node = await this.nodes.find(channel.nodeId);
    if (node) await this.nodes.disconnectPublishers(node.id, channel.id, role);
  }

  /**
   * The node that the channel is pinned to; picked when it is idle and needed. It stays there for as long as nobody
   * publishes elsewhere, and CHANNEL_PIN_MS after this (ChannelPins).
   * @throws DomainError media_unavailable, channel_not_found
   */
  private async nodeOf(channel: Channel): Promise<MediaNodeRef> {
    for (let current: Channel | null = channel; current; current = await this.channels.find(channel.id)) {
      const pinned = await this.nodes.find(current.nodeId);
      if (pinned && (!isPinAging(current) || (await this.channels.keepPinned(channel.id, pinned.id))))
        return pinned;
      if (pinned) continue;
      // What is live on a lost node is freed in a moment (ChannelSync), and its host told.
      if (current.live) throw new DomainError('media_unavailable');
      const picked = await this.nodes.pick();
      if (await this.channels.moveToNode(channel.id, current.nodeId, picked.id)) return picked;
      // Another call pinned the channel at the same moment, or it was deleted: look again.
    }
    throw new DomainError('channel_not_found', { channelId: channel.id });
  }

  private async publicPush(channel: Channel, role: SourceRole, epoch: number): Promise<PushUrlView> {
    const node = await this.nodeOf(channel);
    const token = await this.pushToken(channel, role, epoch);
    return { ...pushUrls(node, channel.id, token), expiresAt: inSeconds(PUSH_TTL_SECONDS) };
  }

  private pushToken({ id, playGeneration }: Channel, role: SourceRole, epoch: number): Promise<string> {
    return this.signer.sign('push', { channelId: id, role, epoch, playGeneration }, PUSH_TTL_SECONDS);
  }
}

function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}
