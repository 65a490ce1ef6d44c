import { Injectable } from '@nestjs/common';
import { type Caller, Signer } from '../../auth';
import { DomainError, Log } from '../../platform/common';
import type { PlaybackView, PushUrlView } from '../../contracts';
import type { PublishGrant, SourceRole } from '../../media/contract';
import type { Channel } from '../channel.entity';
import { ChannelRepository } from '../channel.repository';
import { type MediaNodeRef, NodesFacade } from '../../nodes';
import { viewerName } from '../doors/put-out';
import { isPinAging } from '../sync/channel-pins';
import { internalPushUrl, playbackUrls, pushUrls } from './node-urls';
import { Reporters } from './reporters';

const PUSH_TTL_SECONDS = 24 * 3600;
export const PLAYBACK_TTL_SECONDS = 6 * 3600;

/** Which media node carries a channel, and the signed addresses there. */
@Injectable()
export class MediaAddresses {
  private readonly log = new Log('live');
  private readonly reporters = new Reporters();

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
    requireOpen(channel);
    const node = await this.nodeOf(channel);
    const token = await this.signer.sign('push', pushGrant(channel, 'mix', epoch), PUSH_TTL_SECONDS);
    return internalPushUrl(node, channel.id, token);
  }

  /**
   * @param caller who may be put out later, and may be asked to report; null: nobody in particular
   * @throws DomainError channel_suspended, media_unavailable, channel_not_found
   */
  async playback(channel: Channel, caller: Pick<Caller, 'userId' | 'visit'> | null): Promise<PlaybackView> {
    requireOpen(channel);
    const node = await this.nodeOf(channel);
    const { id: channelId, playGeneration: generation } = channel;
    const viewer = caller ? viewerName(channelId, caller.userId) : undefined;
    // Of the caller's visit, which may be over by now: such a token is good nowhere.
    const grant = { channelId, generation, viewer, visit: caller?.visit?.generation };
    const token = await this.signer.sign('play', grant, PLAYBACK_TTL_SECONDS);
    return {
      ...playbackUrls(node, channelId, token),
      reportEveryMs: caller === null ? null : this.reporters.everyMs(channelId, channel.viewers),
      expiresAt: inSeconds(PLAYBACK_TTL_SECONDS),
      ...channel.relayPlayback,
    };
  }

  /** Of a channel that was deleted. Whom the node can't be told of now, it closes after its next report (ChannelSync). */
  async closePublishers(channel: { id: string; nodeId: string | null }): Promise<void> {
    const closed = await Promise.allSettled([
      this.disconnect(channel, 'host'),
      this.disconnect(channel, 'mix'),
    ]);
    for (const result of closed) {
      if (result.status === 'fulfilled') continue;
      const fields = { channelId: channel.id, nodeId: channel.nodeId, err: result.reason as unknown };
      this.log.warn(fields, 'publishers of a deleted channel could not be closed at once');
    }
  }

  /**
   * Closes the channel's publishers of one role; nothing to do where the node is gone.
   * @throws DomainError media_unavailable
   */
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
    requireOpen(channel);
    const node = await this.nodeOf(channel);
    const grant = { ...pushGrant(channel, role, epoch), generation: channel.pushGeneration };
    const token = await this.signer.sign('push', grant, PUSH_TTL_SECONDS);
    return { ...pushUrls(node, channel.id, token), expiresAt: inSeconds(PUSH_TTL_SECONDS) };
  }
}

/** Without a generation it can't be revoked: our own mixers' keys are nobody else's. */
function pushGrant({ id, playGeneration }: Channel, role: SourceRole, epoch: number): PublishGrant {
  return { channelId: id, role, epoch, playGeneration };
}

/** @throws DomainError channel_suspended */
function requireOpen({ suspendedAt }: Channel): void {
  if (suspendedAt) throw new DomainError('channel_suspended');
}

function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}
