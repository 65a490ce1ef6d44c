import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type Caller, requireAdmin, requireGrant, requireOwner } from '../../auth';
import { Audited, type DomainEvent, DomainError, EventBus } from '../../platform/common';
import type { ListView, ViewerBanCreate, ViewerBanView } from '../../contracts';
import type { Channel } from '../channel.entity';
import { ChannelRepository } from '../channel.repository';
import { ChannelSettingsChanged, ChannelSuspensionChanged, PushKeysRevoked } from '../live.events';
import { DoorsFacade } from './doors.facade';
import type { ViewerBan } from './viewer-ban.entity';
import { ViewerBanRepository } from './viewer-ban.repository';

/** Who keeps whom from publishing and watching. Each change cuts those who are in. */
@Injectable()
export class DoorsService {
  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly channels: ChannelRepository,
    private readonly bans: ViewerBanRepository,
    private readonly doors: DoorsFacade,
  ) {}

  /** All that were given out, of the host and of a mix on their device. @throws DomainError not_allowed */
  async revokePushKeys(caller: Caller, id: string): Promise<void> {
    const { ownerId } = await this.owned(caller, id, 'revoke push keys of this channel');
    await this.change(id, new PushKeysRevoked(id, ownerId), 'channel.push-keys-revoked', {}, (tx) =>
      this.channels.raisePushGeneration(id, tx),
    );
  }

  /** @throws DomainError not_allowed, channel_not_found */
  async suspend(caller: Caller, id: string, note: string): Promise<void> {
    const { ownerId, suspendedAt } = await this.forAdmin(caller, id, 'suspend channels');
    const set = { suspendedAt: suspendedAt ?? new Date(), suspensionNote: note };
    const event = new ChannelSuspensionChanged(id, ownerId, true, note);
    await this.change(id, event, 'channel.suspended', { note }, (tx) => this.channels.update(id, set, tx));
  }

  /** Idempotent. @throws DomainError not_allowed, channel_not_found */
  async resume(caller: Caller, id: string): Promise<void> {
    const { ownerId } = await this.forAdmin(caller, id, 'resume channels');
    const set = { suspendedAt: null, suspensionNote: null };
    const event = new ChannelSuspensionChanged(id, ownerId, false, null);
    await this.change(id, event, 'channel.resumed', {}, (tx) => this.channels.update(id, set, tx));
  }

  /** @throws DomainError not_allowed, channel_not_found, invalid_input */
  async ban(caller: Caller, id: string, { userId, durationMs }: ViewerBanCreate): Promise<ViewerBanView> {
    const { ownerId } = await this.owned(caller, id, 'put viewers out of this channel');
    if (userId === ownerId) throw new DomainError('invalid_input', { reason: 'userId: the host' });
    const until = durationMs === undefined ? null : new Date(Date.now() + durationMs);
    await this.bus.transaction(this.db, async () => {
      await this.doors.ban({ channelId: id, userId, source: 'host', until, byUserId: caller.userId });
      this.audit('channel.viewer-banned', id, { userId, until });
    });
    const row = await this.bans.find(id, userId, 'host');
    if (!row) throw new DomainError('channel_not_found', { channelId: id });
    return banView(row);
  }

  /** @throws DomainError not_allowed, channel_not_found */
  async listBans(caller: Caller, id: string): Promise<ListView<ViewerBanView>> {
    await this.owned(caller, id, 'see who may not watch this channel');
    return { items: (await this.bans.list(id)).map(banView), nextCursor: null };
  }

  /** @throws DomainError not_allowed, channel_not_found, ban_not_found */
  async liftBan(caller: Caller, id: string, userId: string): Promise<void> {
    await this.owned(caller, id, 'let viewers in again');
    await this.bus.transaction(this.db, async () => {
      if (!(await this.doors.lift(id, 'host', userId))) throw new DomainError('ban_not_found', { userId });
      this.audit('channel.viewer-ban-lifted', id, { userId });
    });
  }

  private async change(
    id: string,
    event: DomainEvent,
    action: string,
    details: Record<string, unknown>,
    write: (tx: EntityManager) => Promise<void>,
  ): Promise<void> {
    await this.bus.transaction(this.db, async (tx) => {
      await write(tx);
      this.bus.publish(event);
      this.bus.publish(new ChannelSettingsChanged(id));
      this.audit(action, id, details);
    });
  }

  private audit(action: string, id: string, details: Record<string, unknown>): void {
    this.bus.publish(new Audited(action, { type: 'channel', id }, details));
  }

  private async owned(caller: Caller, id: string, action: string): Promise<Channel> {
    requireGrant(caller, { channelId: id });
    const channel = await this.require(id);
    requireOwner(caller, channel.ownerId, action, { admin: true });
    return channel;
  }

  private forAdmin(caller: Caller, id: string, action: string): Promise<Channel> {
    requireAdmin(caller, action);
    return this.require(id);
  }

  private async require(id: string): Promise<Channel> {
    const channel = await this.channels.find(id);
    if (channel?.kind !== 'host') throw new DomainError('channel_not_found', { channelId: id });
    return channel;
  }
}

function banView({ channelId, userId, until, byUserId, createdAt }: ViewerBan): ViewerBanView {
  return {
    ...{ channelId, userId, byUserId },
    until: until?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}
