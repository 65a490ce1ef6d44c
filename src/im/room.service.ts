import { Injectable, type OnModuleInit } from '@nestjs/common';
import { requireGrant, UserTokenFacade } from '../auth';
import { DomainError, EventBus } from '../platform/common';
import type { ChatMessage, RoomSnapshot } from '../contracts';
import { ChannelDeleted, LiveFacade, VisitsEnded } from '../live';
import { ContentFilter } from './chat/content-filter';
import { ImFacade } from './im.facade';
import type { ImSocket } from './sockets/im-socket';
import { channelOf, channelRoom, isChannelRoom } from './sockets/socket-rooms';
import { RestrictionRepository } from './moderation/restriction.repository';
import { ChatFacade } from './chat/chat.facade';
import { Likes } from './likes/likes';
import { RoomPresence } from './presence/room-presence';
import { RestrictionFacade } from './moderation/restriction.facade';
import { UserRateLimits } from './sockets/user-rate-limits';

const MAX_ONLINE_LISTED = 200;
const MAX_HISTORY = 200;
/** Channels' rooms that one socket may be in. */
const MAX_ROOMS = 18;

/** Chat and presence of the channels' rooms. */
@Injectable()
export class RoomService implements OnModuleInit {
  constructor(
    private readonly live: LiveFacade,
    private readonly chat: ChatFacade,
    private readonly restrictions: RestrictionFacade,
    private readonly restrictionRows: RestrictionRepository,
    private readonly filter: ContentFilter,
    private readonly limits: UserRateLimits,
    private readonly im: ImFacade,
    private readonly presence: RoomPresence,
    private readonly likes: Likes,
    private readonly tokens: UserTokenFacade,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    this.bus.on(VisitsEnded, ({ channelId }) => this.im.cutVisitors(channelId));
    this.bus.on(ChannelDeleted, ({ channelId }) => {
      this.im.emptyRoom(channelId);
      this.im.cutVisitors(channelId);
      const gone = [
        this.presence.clear(channelId),
        this.chat.delete(channelId),
        this.restrictionRows.clear(channelId),
      ];
      return Promise.all(gone).then(() => undefined);
    });
  }

  /** Idempotent. @throws DomainError not_granted, channel_not_found, banned_from_room */
  async join(socket: ImSocket, channelId: string): Promise<RoomSnapshot> {
    requireGrant(socket.data.caller, { channelId });
    await this.live.get(channelId);
    await this.restrictions.requireMayEnter(channelId, socket.data.caller.userId);
    await this.enter(socket, channelId);
    // Read after entering: every change from now on reaches the socket as an event.
    const { source, sourceVersion, ownerId, likes } = await this.live.get(channelId);
    const [lastSeq, online, onlineCount] = await Promise.all([
      this.chat.lastSeq(channelId),
      this.presence.list(channelId, ownerId, MAX_ONLINE_LISTED),
      this.presence.count(channelId),
    ]);
    return { channelId, lastSeq, online, onlineCount, source, sourceVersion, likes };
  }

  /** Idempotent. */
  async leave(socket: ImSocket, channelId: string): Promise<null> {
    await socket.leave(channelRoom(channelId));
    await this.presence.leave(channelId, userOf(socket), socket.id);
    return null;
  }

  /** For a socket whose connection has ended. */
  lost(socket: ImSocket): Promise<void> {
    return this.presence.lost(userOf(socket), socket.id);
  }

  /** @throws DomainError not_in_room, rate_limited, banned_from_room, muted_in_room, message_refused */
  async send(socket: ImSocket, channelId: string, text: string): Promise<ChatMessage> {
    requireInRoom(socket, channelId);
    const { userId, name } = socket.data.caller;
    this.limits.of(userId).messages.take();
    await this.stillIn(socket, channelId, () => this.restrictions.requireMayWrite(channelId, userId));
    if (!(await this.filter.allows({ channelId, userId, text }))) throw new DomainError('message_refused');
    return this.chat.post({ channelId, kind: 'user', event: null, userId, name, text });
  }

  /**
   * Who was banned or whose visit is over is out of the room by then; that is not looked up for each batch.
   * @throws DomainError not_in_room, rate_limited
   */
  like(socket: ImSocket, channelId: string, count: number): Promise<null> {
    requireInRoom(socket, channelId);
    this.limits.of(socket.data.caller.userId).likes.take();
    this.likes.add(channelId, count);
    return Promise.resolve(null);
  }

  /** The user has another name from now on, wherever they are. */
  async renamed(socket: ImSocket): Promise<void> {
    for (const channelId of [...socket.rooms].map(channelOf)) {
      if (channelId !== null) await this.presence.join(channelId, userOf(socket), socket.id);
    }
  }

  /** @throws DomainError not_in_room, banned_from_room */
  async history(socket: ImSocket, channelId: string, afterSeq: number): Promise<ChatMessage[]> {
    requireInRoom(socket, channelId);
    const { userId } = userOf(socket);
    await this.stillIn(socket, channelId, () => this.restrictions.requireMayEnter(channelId, userId));
    return this.chat.after(channelId, afterSeq, MAX_HISTORY);
  }

  /**
   * Other processes are told of a ban once (ImFacade.expel), and so of the end of visits (ImFacade.cutVisitors). Who is still
   * in a room after that is put out here.
   */
  private async stillIn(socket: ImSocket, channelId: string, check: () => Promise<void>): Promise<void> {
    await this.stillVisits(socket);
    try {
      await check();
    } catch (error) {
      if (error instanceof DomainError && error.code === 'banned_from_room') {
        const user = userOf(socket);
        this.im.expel(channelId, user.userId);
        await this.presence.expel(channelId, user);
      }
      throw error;
    }
  }

  /** The connection of a visit that is over ends. @throws DomainError token_invalid */
  private async stillVisits(socket: ImSocket): Promise<void> {
    await this.tokens.requireCurrent(socket.data.caller).catch((error: unknown) => {
      socket.disconnect(true);
      throw error;
    });
  }

  private async enter(socket: ImSocket, channelId: string): Promise<void> {
    // Gone while the channel was looked up: its disconnect was handled already, and nothing would take it out again.
    if (!socket.connected) throw new DomainError('not_in_room');
    const room = channelRoom(channelId);
    const others = [...socket.rooms].filter(isChannelRoom);
    if (!socket.rooms.has(room) && others.length >= MAX_ROOMS) {
      throw new DomainError('invalid_input', { reason: `a connection can be in ${MAX_ROOMS} rooms at most` });
    }
    void socket.join(room);
    // A ban expels everybody who is in by then (ModerationService); a ban from a moment before is seen here.
    await this.restrictions.requireMayEnter(channelId, socket.data.caller.userId).catch((error: unknown) => {
      void socket.leave(room);
      throw error;
    });
    await this.stillVisits(socket);
    if (!socket.connected) throw new DomainError('not_in_room');
    await this.presence.join(channelId, userOf(socket), socket.id);
  }
}

function userOf({ data }: ImSocket): { userId: string; name: string } {
  return { userId: data.caller.userId, name: data.caller.name };
}

function requireInRoom(socket: ImSocket, channelId: string): void {
  if (!socket.rooms.has(channelRoom(channelId))) throw new DomainError('not_in_room');
}
