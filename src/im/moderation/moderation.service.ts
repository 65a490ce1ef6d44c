import { Injectable } from '@nestjs/common';
import { type Caller, requireGrant, requireOwner } from '../../auth';
import { DomainError } from '../../platform/common';
import type { ListView, RoomRestrictionCreate, RoomRestrictionView } from '../../contracts';
import { LiveFacade } from '../../live';
import { ImFacade } from '../im.facade';
import { PresenceRepository } from '../presence/presence.repository';
import type { RestrictionKind, Restriction } from './restriction.entity';
import { RestrictionRepository } from './restriction.repository';
import { ChatFacade } from '../chat/chat.facade';
import { RoomPresence } from '../presence/room-presence';

/** Mutes and bans in a channel's room, by its host or an admin. */
@Injectable()
export class ModerationService {
  constructor(
    private readonly live: LiveFacade,
    private readonly rows: RestrictionRepository,
    private readonly presenceRows: PresenceRepository,
    private readonly presence: RoomPresence,
    private readonly chat: ChatFacade,
    private readonly im: ImFacade,
  ) {}

  /** @throws DomainError channel_not_found, not_allowed, invalid_input */
  async restrict(
    caller: Caller,
    channelId: string,
    kind: RestrictionKind,
    { userId, durationMs }: RoomRestrictionCreate,
  ): Promise<RoomRestrictionView> {
    const ownerId = await this.requireModerator(caller, channelId);
    if (userId === ownerId) throw new DomainError('invalid_input', { reason: 'userId: the host' });
    const name = (await this.presenceRows.nameOf(channelId, userId)) ?? userId;
    await this.rows.removeExpired();
    const row = await this.rows.put({ channelId, userId, kind, name, byUserId: caller.userId }, durationMs);
    this.tell(row, true);
    // From here on RoomService.join refuses the user; a connection that came in before is expelled now.
    if (kind === 'ban') await this.expel(row);
    await this.chat.announce(channelId, kind === 'ban' ? 'banned' : 'muted', { userId, name });
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
    if (!(await this.rows.lift(channelId, userId, kind))) {
      throw new DomainError(kind === 'ban' ? 'ban_not_found' : 'mute_not_found', { userId });
    }
    this.tell({ channelId, userId, kind, until: null }, false);
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

  /** @returns the channel's owner */
  private async requireModerator(caller: Caller, channelId: string): Promise<string> {
    requireGrant(caller, { channelId });
    const { ownerId } = await this.live.get(channelId);
    requireOwner(caller, ownerId, 'moderate this room', { admin: true });
    return ownerId;
  }
}

function restrictionView(row: Restriction): RoomRestrictionView {
  const { channelId, userId, name, until, byUserId, createdAt } = row;
  return {
    ...{ channelId, userId, name, byUserId },
    until: until?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}
