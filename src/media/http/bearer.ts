import type { IncomingMessage } from 'node:http';

/** The token of `Authorization: Bearer …` (RFC 6750, 2.1); empty where there is none. */
export function bearerToken({ headers }: IncomingMessage): string {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}
