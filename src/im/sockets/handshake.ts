import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UserTokenFacade } from '../../auth';
import { DomainError, toProblem } from '../../platform/common';
import type { ImSocket } from './im-socket';
import type { SocketQuota } from './socket-quota';

type Next = (error?: Error & { data?: unknown }) => void;

/** Socket.IO middleware: a user's token in `auth`; refused sockets get a connect_error with problem details. */
export function authenticate(
  tokens: UserTokenFacade,
  quota: SocketQuota,
): (socket: ImSocket, next: Next) => Promise<void> {
  return async (socket, next) => {
    try {
      const { token } = socket.handshake.auth as { token?: unknown };
      if (typeof token !== 'string' || token === '') throw new DomainError('token_missing');
      Object.assign(socket.data, await tokens.authenticate(token));
      quota.require(socket.data.caller.userId);
      next();
    } catch (error) {
      const problem = toProblem(error);
      next(Object.assign(new Error(problem.detail), { data: problem }));
    }
  };
}

/**
 * Lets pages of one other origin in: polling is subject to CORS (the upgrade isn't; the token guards that).
 * Socket.IO's polls are simple requests, so there is no preflight.
 */
export function allowOrigin(url: string) {
  const { origin } = new URL(url);
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    if (request.headers.origin === origin) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Vary', 'Origin');
    }
    next();
  };
}
