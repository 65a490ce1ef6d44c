import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { Caller } from '../../auth';
import type { ClientToServerEvents, ServerToClientEvents } from '../../contracts';

export interface SocketData {
  caller: Caller;
  /** When his token ends, ms since 1970. */
  expiresAtMs: number;
  expiry: NodeJS.Timeout;
}

export type ImServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
export type ImSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;

/** Socket.IO rooms. */
export const userRoom = (userId: string): string => `user:${userId}`;
export const channelRoom = (channelId: string): string => `channel:${channelId}`;
export const isChannelRoom = (room: string): boolean => room.startsWith('channel:');

/** What a signal is about, as far as tokens can be limited to it. */
export interface Subject {
  channelIds?: string[];
  conferenceId?: string;
}

/**
 * Where signals to a user go: devices whose token is limited hear of what it is good for, as by REST (requireGrant).
 * What is about both a channel and a conference is about the channel.
 */
export function earsOf(userId: string, { channelIds, conferenceId }: Subject): string[] {
  if (channelIds)
    return [`${userRoom(userId)} channels`, ...channelIds.map((id) => ear(userId, 'channel', id))];
  if (conferenceId !== undefined) {
    return [`${userRoom(userId)} conferences`, ear(userId, 'conference', conferenceId)];
  }
  return [userRoom(userId)];
}

/** Of one of his devices: which of these rooms it is in. */
export function roomsOf({ userId, channels, conferences }: Caller): string[] {
  return [
    userRoom(userId),
    ...(channels?.map((id) => ear(userId, 'channel', id)) ?? [`${userRoom(userId)} channels`]),
    ...(conferences?.map((id) => ear(userId, 'conference', id)) ?? [`${userRoom(userId)} conferences`]),
  ];
}

function ear(userId: string, kind: 'channel' | 'conference', id: string): string {
  return `${userRoom(userId)} ${kind} ${id}`;
}
