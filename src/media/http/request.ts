import type { IncomingMessage, ServerResponse } from 'node:http';
import { CORS, sendProblem } from './problem';

/** Is it a GET or a HEAD? OPTIONS and the others are answered here. */
export function asksToGet(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  if (request.method === 'OPTIONS') {
    response.writeHead(204, {
      ...CORS,
      'Access-Control-Allow-Methods': 'GET',
      'Access-Control-Allow-Headers': '*',
    });
    response.end();
  } else sendProblem(response, 405, 'method_not_allowed', 'Only GET is allowed here.');
  return false;
}

/** The peer went before it had sent all that it announced: nobody is left to be answered, and nothing failed here. */
export class RequestCutOffError extends Error {
  constructor() {
    super('the request was cut off');
  }
}

/**
 * The whole body as text; null where it is larger, and then the rest isn't read: answer, and close the connection.
 * @throws RequestCutOffError when the peer goes before its end
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= maxBytes) return void parts.push(part);
      request.pause();
      resolve(null);
    });
    request.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    request.on('close', () => reject(new RequestCutOffError()));
  });
}

/** A name out of a path; as it stands there when it isn't encoded properly. */
export function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The token of `Authorization: Bearer …` (RFC 6750, 2.1); empty where there is none. */
export function bearerToken({ headers }: IncomingMessage): string {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}
