/** Names of the Socket.IO rooms, and which of them a signal goes to. */
import type { Caller } from '../../auth';

export const userRoom = (userId: string): string => `user:${userId}`;
export const channelRoom = (channelId: string): string => `channel:${channelId}`;
/** Devices of those who came by the channel's share link. */
export const visitorRoom = (channelId: string): string => `visitors:${channelId}`;
/** Of a channel's room; null: it is another room. */
export const channelOf = (room: string): string | null =>
  isChannelRoom(room) ? room.slice('channel:'.length) : null;
export const isChannelRoom = (room: string): boolean => room.startsWith('channel:');

/** What a signal is about, as far as tokens can be limited to it. */
export interface Subject {
  channelIds?: string[];
  conferenceId?: string;
}

/**
 * Rooms that a signal to a user goes to. A device whose token is limited gets the signals about what the token is good
 * for, as in REST (requireGrant). A signal about both a channel and a conference counts as one about the channel.
 */
export function signalRooms(userId: string, { channelIds, conferenceId }: Subject): string[] {
  if (channelIds)
    return [`${userRoom(userId)} channels`, ...channelIds.map((id) => subjectRoom(userId, 'channel', id))];
  if (conferenceId !== undefined) {
    return [`${userRoom(userId)} conferences`, subjectRoom(userId, 'conference', conferenceId)];
  }
  return [userRoom(userId)];
}

/** Rooms that a device joins when it connects: those of the user that its token is good for. */
export function deviceRooms({ userId, channels, conferences, visit }: Caller): string[] {
  return [
    userRoom(userId),
    ...(visit ? [visitorRoom(visit.channelId)] : []),
    ...(channels?.map((id) => subjectRoom(userId, 'channel', id)) ?? [`${userRoom(userId)} channels`]),
    ...(conferences?.map((id) => subjectRoom(userId, 'conference', id)) ?? [
      `${userRoom(userId)} conferences`,
    ]),
  ];
}

function subjectRoom(userId: string, kind: 'channel' | 'conference', id: string): string {
  return `${userRoom(userId)} ${kind} ${id}`;
}
