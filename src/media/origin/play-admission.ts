import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProblemDetails } from '../../contracts';
import type { PlayAuthorizer, PlayGrant } from '../contract';

/** The page that plays may come from anywhere: tokens are bound to the channel and no cookies are read. */
export const CORS = { 'Access-Control-Allow-Origin': '*' };

export type Refusal = { status: 400 | 401 | 404; code: string; detail: string };
export type Admission = Refusal | PlayGrant;

export const NOT_ON_AIR: Refusal = {
  status: 404,
  code: 'channel_not_on_air',
  detail: 'Nobody is on the air in this channel.',
};

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

/** May the bearer of the address' token play the channel, whose name is as in the path? */
export async function admitPlay(
  hub: { isOnAir(channelId: string): boolean },
  authorizer: PlayAuthorizer,
  name: string,
  url: URL,
): Promise<Admission> {
  const grant = await authorizer.authorizePlay(safeDecode(name), url.searchParams.get('token') ?? '');
  if (!grant) {
    return { status: 401, code: 'play_token_invalid', detail: 'The play token is wrong or has expired.' };
  }
  return hub.isOnAir(grant.channelId) ? grant : NOT_ON_AIR;
}

/** Answers with RFC 9457 problem details, readable from any page. */
export function sendProblem(response: ServerResponse, status: number, code: string, detail: string): void {
  response.writeHead(status, { ...CORS, 'Content-Type': 'application/problem+json' });
  response.end(problem(status, code, detail));
}

/** Refuses an upgrade with an HTTP answer. */
export function refuseUpgrade(socket: Duplex, status: number, code: string, detail: string): void {
  const body = problem(status, code, detail);
  socket.end(
    `HTTP/1.1 ${status} ${code}\r\nContent-Type: application/problem+json\r\nConnection: close\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function problem(status: number, code: string, detail: string): string {
  const details: ProblemDetails = {
    type: 'about:blank',
    title: code.replaceAll('_', ' '),
    status,
    code,
    detail,
  };
  return JSON.stringify(details);
}

/** A name out of a path. */
export function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // no channel has such a name
  }
}
