import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { type Caller, requireGrant, requireOwner } from '../../auth';
import { Audited, DomainError, EventBus } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import type { ShareLinkView } from '../../contracts';
import type { Channel } from '../channel.entity';
import { ChannelRepository } from '../channel.repository';
import { Visits } from './visits';

/** Of a code; nobody finds one by trying. */
const CODE_BYTES = 24;

/** The link by which anybody may watch a channel. Its code is in no log and no audit entry. */
@Injectable()
export class ShareLinkService {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly channels: ChannelRepository,
    private readonly visits: Visits,
  ) {}

  /** Another link; the one before is void. @throws DomainError not_allowed, channel_not_found, channel_members_only */
  async renew(caller: Caller, id: string): Promise<ShareLinkView> {
    await this.owned(caller, id, 'share this channel');
    const code = randomBytes(CODE_BYTES).toString('base64url');
    return this.bus.transaction(this.db, async (tx) => {
      const channel = await this.channels.lock(tx, id);
      if (!channel) throw new DomainError('channel_not_found', { channelId: id });
      if (channel.access === 'members') throw new DomainError('channel_members_only');
      const link = { shareCode: code, shareCodeAt: new Date() };
      await this.channels.update(id, link, tx);
      await this.visits.end(id, tx);
      this.bus.publish(new Audited('channel.share-link-renewed', { type: 'channel', id }, {}));
      return this.view({ ...channel, ...link });
    });
  }

  /** @throws DomainError not_allowed, channel_not_found, share_link_not_found */
  async get(caller: Caller, id: string): Promise<ShareLinkView> {
    return this.view(await this.owned(caller, id, 'see the share link of this channel'));
  }

  /** @throws DomainError not_allowed, channel_not_found, share_link_not_found */
  async remove(caller: Caller, id: string): Promise<void> {
    await this.owned(caller, id, 'take the share link of this channel away');
    await this.bus.transaction(this.db, async (tx) => {
      const channel = await this.channels.lock(tx, id);
      if (!channel?.shareCode) throw new DomainError('share_link_not_found');
      await this.channels.update(id, { shareCode: null, shareCodeAt: null }, tx);
      await this.visits.end(id, tx);
      this.bus.publish(new Audited('channel.share-link-removed', { type: 'channel', id }, {}));
    });
  }

  private async owned(caller: Caller, id: string, action: string): Promise<Channel> {
    requireGrant(caller, { channelId: id });
    const channel = await this.channels.find(id);
    if (channel?.kind !== 'host') throw new DomainError('channel_not_found', { channelId: id });
    requireOwner(caller, channel.ownerId, action, { admin: true });
    return channel;
  }

  private view({ shareCode, shareCodeAt }: Pick<Channel, 'shareCode' | 'shareCodeAt'>): ShareLinkView {
    if (shareCode === null || shareCodeAt === null) throw new DomainError('share_link_not_found');
    const url = `${this.config.PUBLIC_URL}/s/${shareCode}`;
    return { url, code: shareCode, createdAt: shareCodeAt.toISOString() };
  }
}
