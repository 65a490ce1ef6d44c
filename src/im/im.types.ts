import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { Caller } from '../auth';
import type { ClientToServerEvents, ServerToClientEvents } from '../contracts';

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
