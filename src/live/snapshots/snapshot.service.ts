import { Injectable } from '@nestjs/common';
import { type Caller, requireGrant } from '../../auth';
import { DomainError } from '../../platform/common';
import { ChannelRepository } from '../channel.repository';
import { ViewerBanRepository } from '../doors/viewer-ban.repository';
import { type Snapshot, Snapshots } from './snapshots';

/** What is on the air, as a small picture: for whoever may watch the channel. */
@Injectable()
export class SnapshotService {
  constructor(
    private readonly channels: ChannelRepository,
    private readonly viewerBans: ViewerBanRepository,
    private readonly snapshots: Snapshots,
  ) {}

  /**
   * @param width at most, pixels
   * @throws DomainError channel_not_found, not_granted, banned_from_watching, channel_suspended, no_picture,
   * picture_broken, overloaded, media_unavailable
   */
  async get(caller: Caller, id: string, width: number): Promise<Snapshot> {
    requireGrant(caller, { channelId: id });
    const channel = await this.channels.find(id);
    if (channel?.kind !== 'host') throw new DomainError('channel_not_found', { channelId: id });
    if (await this.viewerBans.isBanned(id, caller.userId)) throw new DomainError('banned_from_watching');
    if (channel.suspendedAt) throw new DomainError('channel_suspended');
    if (channel.source === 'none' || channel.nodeId === null) throw new DomainError('no_picture');
    return this.snapshots.of(channel.nodeId, id, width);
  }
}
