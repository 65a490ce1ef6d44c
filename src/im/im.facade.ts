import { Injectable } from '@nestjs/common';
import { METRICS, type Metric, gauge, type HasMetrics, Log } from '../platform/common';
import type { ServerToClientEvents } from '../contracts';
import type { ImServer } from './sockets/im-socket';
import { channelRoom, signalRooms, type Subject, userRoom, visitorRoom } from './sockets/socket-rooms';

type Payload<E extends keyof ServerToClientEvents> = Parameters<ServerToClientEvents[E]>[0];

/** Sends signals to apps, whichever API process they are connected to. Nothing is queued for offline users. */
@Injectable()
export class ImFacade implements HasMetrics {
  private readonly log = new Log('im');
  private server: ImServer | undefined;

  /** Called once by the gateway; nobody is connected before. */
  attach(server: ImServer): void {
    this.server = server;
  }

  /** To all devices of a user whose token is good for what the signal is about. */
  toUser<E extends keyof ServerToClientEvents>(userId: string, event: E, payload: Payload<E>): void {
    this.emit(signalRooms(userId, subjectOf(payload)), event, payload);
  }

  /** To everybody in the room of a channel. */
  toRoom<E extends keyof ServerToClientEvents>(channelId: string, event: E, payload: Payload<E>): void {
    this.emit(channelRoom(channelId), event, payload);
  }

  /** To everybody in the rooms of these channels and to these users, once to those who are both. */
  toAudience<E extends keyof ServerToClientEvents>(
    { channelIds, userIds }: { channelIds: readonly string[]; userIds: readonly string[] },
    event: E,
    payload: Payload<E>,
  ): void {
    const subject = subjectOf(payload);
    const rooms = [...channelIds.map(channelRoom), ...userIds.flatMap((id) => signalRooms(id, subject))];
    this.emit(rooms, event, payload);
  }

  /**
   * To the devices of a user that are connected to this process: for what every process learns by itself, and toUser
   * would send once per process.
   */
  toUserHere<E extends keyof ServerToClientEvents>(userId: string, event: E, payload: Payload<E>): void {
    this.server?.local.to(signalRooms(userId, subjectOf(payload))).emit(event, ...argumentsOf(payload));
  }

  /** To everybody in the room of a channel except this user. */
  toOthers<E extends keyof ServerToClientEvents>(
    channelId: string,
    userId: string,
    event: E,
    payload: Payload<E>,
  ): void {
    this.server
      ?.to(channelRoom(channelId))
      .except(userRoom(userId))
      .emit(event, ...argumentsOf(payload));
  }

  /**
   * Is a device of the user connected that gets signals about this channel? True where another process doesn't answer:
   * an invitation that nobody answers expires, a refusal would be wrong.
   */
  async isOnline(userId: string, channelId: string): Promise<boolean> {
    const rooms = signalRooms(userId, { channelIds: [channelId] });
    if (!this.server) return false;
    const here = this.server.of('/').adapter.rooms;
    if (rooms.some((room) => here.has(room))) return true;
    try {
      return (await this.server.in(rooms).fetchSockets()).length > 0;
    } catch (error) {
      this.log.warn({ err: error, userId }, 'other processes could not be asked who is online');
      return true;
    }
  }

  [METRICS](): Metric[] {
    const connected = this.server?.engine.clientsCount ?? 0;
    return [gauge('lianmai_socket_connections', 'Socket.IO connections of this process.', connected)];
  }

  /** Takes all devices of a user out of the room of a channel: here at once, at other processes in a moment. */
  expel(channelId: string, userId: string): void {
    // The adapter does it here only after it has told the others.
    this.server?.local.in(userRoom(userId)).socketsLeave(channelRoom(channelId));
    this.server?.in(userRoom(userId)).socketsLeave(channelRoom(channelId));
  }

  /** Ends the connections of who came by the channel's share link: here at once, at other processes in a moment. */
  cutVisitors(channelId: string): void {
    this.server?.local.in(visitorRoom(channelId)).disconnectSockets(true);
    this.server?.in(visitorRoom(channelId)).disconnectSockets(true);
  }

  /** Takes everybody out of the room of a channel that was deleted. */
  emptyRoom(channelId: string): void {
    const room = channelRoom(channelId);
    this.server?.in(room).socketsLeave(room);
  }

  private emit<E extends keyof ServerToClientEvents>(
    room: string | string[],
    event: E,
    payload: Payload<E>,
  ): void {
    this.server?.to(room).emit(event, ...argumentsOf(payload));
  }
}

/** By the contract's names: a payload about a channel, or about a conference alone, says so in these properties. */
function subjectOf(payload: object): Subject {
  const { channelId, toChannelId, sides, conferenceId } = payload as {
    channelId?: string;
    toChannelId?: string | null;
    sides?: { channelId: string }[];
    conferenceId?: string;
  };
  const channelIds = [channelId, toChannelId, ...(sides ?? []).map((side) => side.channelId)];
  const named = channelIds.filter((id): id is string => typeof id === 'string');
  return { ...(named.length > 0 && { channelIds: named }), ...(conferenceId && { conferenceId }) };
}

/** A generic event name is more than socket.io's types can follow; the pair was checked by our own signatures. */
function argumentsOf<E extends keyof ServerToClientEvents>(payload: Payload<E>) {
  return [payload] as unknown as Parameters<ServerToClientEvents[E]>;
}
