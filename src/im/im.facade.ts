import { Injectable } from '@nestjs/common';
import { METRICS, type Metric, gauge, type HasMetrics, Log } from '../platform/common';
import type { ServerToClientEvents } from '../contracts';
import { channelRoom, earsOf, type ImServer, type Subject, userRoom } from './sockets/im.types';

type Payload<E extends keyof ServerToClientEvents> = Parameters<ServerToClientEvents[E]>[0];

/**
 * The way every signal reaches an app, at whichever API process it is connected. What is sent to someone who isn't
 * connected is gone: views are fetched.
 */
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
    this.emit(earsOf(userId, subjectOf(payload)), event, payload);
  }

  /** To everybody in the room of a channel. */
  toRoom<E extends keyof ServerToClientEvents>(channelId: string, event: E, payload: Payload<E>): void {
    this.emit(channelRoom(channelId), event, payload);
  }

  /**
   * To the devices of a user that are connected to this process: for what every process of the app learns by itself,
   * and would tell him as many times.
   */
  toUserHere<E extends keyof ServerToClientEvents>(userId: string, event: E, payload: Payload<E>): void {
    this.server?.local.to(earsOf(userId, subjectOf(payload))).emit(event, ...argumentsOf(payload));
  }

  /** To everybody in the room of a channel but this user. */
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
   * Is any device of the user connected that hears of this channel? Where another process doesn't answer he may be: an
   * invitation that nobody answers expires, whereas a refusal would be wrong.
   */
  async isOnline(userId: string, channelId: string): Promise<boolean> {
    const ears = earsOf(userId, { channelIds: [channelId] });
    if (!this.server) return false;
    const { rooms } = this.server.of('/').adapter;
    if (ears.some((ear) => rooms.has(ear))) return true;
    try {
      return (await this.server.in(ears).fetchSockets()).length > 0;
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

  /** Takes everybody out of the room of a channel that is no more. */
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

/** By the names of the contract: whatever is about a channel, or about a conference alone, says so in these. */
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
