import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { Caller } from '../../auth';
import type { ClientToServerEvents, ServerToClientEvents } from '../../contracts';

export interface SocketData {
  caller: Caller;
  /** When the caller's token ends, ms since 1970. */
  expiresAtMs: number;
  expiry: NodeJS.Timeout;
  /** In SocketQuota. */
  counted?: boolean;
}

/** Socket.IO typed with the events of the contract. */
export type ImServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
export type ImSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
