import type { NextFunction, Request, Response } from 'express';
import { Log } from '../telemetry/logger';
import { canonicalId } from './ids';
import { addLogFields, inRequest, requestIdOf } from './request-context';

const log = new Log('http');

/** Requested by machines of the installation every few seconds. */
const CHATTER = /^\/(health|internal|metrics)(\/|$)/;
/** What `:id` in an address names. */
const SUBJECTS: [prefix: RegExp, field: string][] = [
  [/^\/v1\/channels\/([^/]+)/, 'channelId'],
  [/^\/v1\/conferences\/([^/]+)/, 'conferenceId'],
  [/^\/v1\/mix-tasks\/([^/]+)/, 'taskId'],
  [/^\/v1\/co-host\/invitations\/([^/]+)/, 'invitationId'],
  [/^\/v1\/webhooks\/([^/]+)/, 'webhookId'],
];
const MAX_ID = 128;

/**
 * Gives a request its id: `X-Request-Id` where the client (or a proxy) sent a valid one, else a new one. The answer has
 * it, and every log line of the request. Logs one line per request. Runs before everything else.
 */
export function requestMiddleware(request: Request, response: Response, next: NextFunction): void {
  const requestId = requestIdOf(request.get('x-request-id'));
  const startedAt = performance.now();
  response.setHeader('X-Request-Id', requestId);
  const { method } = request;
  const path = withoutCode(request.path);
  const context = { requestId, address: request.ip, method, path, fields: {} };
  inRequest(context, () => {
    addLogFields(subjectOf(path));
    response.once('close', () => {
      const line = {
        method,
        path,
        status: response.statusCode,
        ms: Math.round(performance.now() - startedAt),
      };
      // An event of the socket, which isn't in the request's context.
      inRequest(context, () => log[CHATTER.test(path) ? 'debug' : 'info'](line, 'request'));
    });
    next();
  });
}

/** The code of a share link lets anybody in who reads it. */
export function withoutCode(path: string): string {
  return path.replace(/^\/+s\/.+/i, '/s/…');
}

function subjectOf(path: string): Record<string, string | undefined> {
  for (const [prefix, field] of SUBJECTS) {
    const id = prefix.exec(path)?.[1];
    if (id !== undefined) return { [field]: canonicalId(id).slice(0, MAX_ID) };
  }
  return {};
}
