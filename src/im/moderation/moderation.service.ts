import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller, requireGrant, requireOwner } from '../../auth';
import { afterCommit, DomainError, EventBus, EventScope } from '../../platform/common';
import type { ListView, RoomRestrictionCreate, RoomRestrictionView } from '../../contracts';
import { type ChannelRecord, DoorsFacade, LiveFacade, RoomBansRuleChanged } from '../../live';
import { ImFacade } from '../im.facade';
import { PresenceRepository } from '../presence/presence.repository';
import type { RestrictionKind, Restriction } from './restriction.entity';
import { RestrictionRepository } from './restriction.repository';
import { ChatFacade } from '../chat/chat.facade';
import { RoomPresence } from '../presence/room-presence';

/** Mutes and bans in a channel's room, by its host or an admin. */
@Injectable()
export class ModerationService implements OnModuleDestroy, OnModuleInit {
  private readonly events: EventScope;

  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly live: LiveFacade,
    private readonly doors: DoorsFacade,
    private readonly rows: RestrictionRepository,
    private readonly presenceRows: PresenceRepository,
    private readonly presence: RoomPresence,
    private readonly chat: ChatFacade,
    private readonly im: ImFacade,
  ) {
    this.events = new EventScope(bus);
  }

  onModuleInit(): void {
    this.events.on(RoomBansRuleChanged, (event) => this.follow(event));
  }

  onModuleDestroy(): Promise<void> {
    return this.events.close();
  }

  /** @throws DomainError channel_not_found, not_allowed, invalid_input */
  async restrict(
    caller: Caller,
    channelId: string,
    kind: RestrictionKind,
    { userId, durationMs }: RoomRestrictionCreate,
  ): Promise<RoomRestrictionView> {
    const { ownerId } = await this.requireModerator(caller, channelId);
    if (userId === ownerId) throw new DomainError('invalid_input', { reason: 'userId: the host' });
    const name = (await this.presenceRows.nameOf(channelId, userId)) ?? userId;
    await this.rows.removeExpired();
    const byUserId = caller.userId;
    const row = await this.bus.transaction(this.db, async () => {
      const put = await this.rows.put({ channelId, userId, kind, name, byUserId }, durationMs);
      if (kind === 'ban') await this.doors.ban({ ...viewerOf(put), source: 'room' });
      return put;
    });
    await afterCommit(() => this.enforce(row));
    return restrictionView(row);
  }

  /** @throws DomainError channel_not_found, not_allowed */
  async list(
    caller: Caller,
    channelId: string,
    kind: RestrictionKind,
  ): Promise<ListView<RoomRestrictionView>> {
    await this.requireModerator(caller, channelId);
    return { items: (await this.rows.list(channelId, kind)).map(restrictionView), nextCursor: null };
  }

  /** @throws DomainError channel_not_found, not_allowed, ban_not_found, mute_not_found */
  async lift(caller: Caller, channelId: string, kind: RestrictionKind, userId: string): Promise<void> {
    await this.requireModerator(caller, channelId);
    await this.bus.transaction(this.db, async () => {
      if (!(await this.rows.lift(channelId, userId, kind))) {
        throw new DomainError(kind === 'ban' ? 'ban_not_found' : 'mute_not_found', { userId });
      }
      if (kind === 'ban') await this.doors.lift(channelId, 'room', userId);
    });
    this.tell({ channelId, userId, kind, until: null }, false);
  }

  private async enforce(row: Restriction): Promise<void> {
    const { channelId, userId, name, kind } = row;
    this.tell(row, true);
    // By now RoomService.join refuses the user; a connection that came in before is expelled here.
    if (kind === 'ban') await this.expel(row);
    await this.chat.announce(channelId, kind === 'ban' ? 'banned' : 'muted', { userId, name });
  }

  private async expel({ channelId, userId, name }: Restriction): Promise<void> {
    this.im.expel(channelId, userId);
    await this.presence.expel(channelId, { userId, name });
  }

  private tell(
    { channelId, userId, kind, until }: Pick<Restriction, 'channelId' | 'userId' | 'kind' | 'until'>,
    active: boolean,
  ): void {
    this.im.toUser(userId, 'room:restricted', {
      channelId,
      kind: kind === 'ban' ? 'banned' : 'muted',
      active,
      until: until?.toISOString() ?? null,
    });
  }

  /** The channel's owner has decided anew whether bans from its room stop watching, too. */
  private follow({ channelId }: RoomBansRuleChanged): Promise<void> {
    return this.doors.followRoomBans(channelId, async () =>
      (await this.rows.list(channelId, 'ban')).map(viewerOf),
    );
  }

  private async requireModerator(caller: Caller, channelId: string): Promise<ChannelRecord> {
    requireGrant(caller, { channelId });
    const channel = await this.live.get(channelId);
    requireOwner(caller, channel.ownerId, 'moderate this room', { admin: true });
    return channel;
  }
}

function viewerOf({ channelId, userId, until, byUserId }: Restriction) {
  return { channelId, userId, until, byUserId };
}

function restrictionView(row: Restriction): RoomRestrictionView {
  const { channelId, userId, name, until, byUserId, createdAt } = row;
  return {
    ...{ channelId, userId, name, byUserId },
    until: until?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}
