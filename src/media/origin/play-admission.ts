import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PlayAuthorizer, PlayGrant } from '../contract';
import { CORS, sendProblem } from '../http/problem';

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

/** May the token of the address play the channel, whose name is as in the path? */
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

/** A name out of a path. */
export function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // no channel is called that
  }
}
