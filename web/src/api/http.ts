import { clockOffset } from '../lib/countdown';
import { isProblemDetails, Problem } from '../lib/problem';
import { expireSession, session } from '../session';

let serverAhead = 0;

/** ms since 1970 by the server's clock, as far as its answers tell. */
export function serverNow(): number {
  return Date.now() + serverAhead;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/**
 * One request to the API as the signed-in user.
 * @param body a file is sent as it is, anything else as JSON
 * @returns the parsed answer; undefined for one without a body
 * @throws Problem with the server's code, or `network` where there was no answer of the API
 */
export async function request<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const response = await send(method, path, body);
  return (await response.json().catch(() => undefined)) as T;
}

/** A picture of the API. @throws Problem */
export async function requestPicture(path: string): Promise<Blob> {
  return (await send('GET', path)).blob();
}

async function send(method: Method, path: string, body?: unknown): Promise<Response> {
  const token = session.value?.token;
  const headers = new Headers({ accept: 'application/json, image/*' });
  if (token) headers.set('authorization', `Bearer ${token}`);
  const isFile = body instanceof Blob;
  if (body !== undefined) headers.set('content-type', isFile ? body.type : 'application/json');
  const response = await fetch(path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }),
  }).catch(() => null);
  if (!response) throw Problem.local('network');
  serverAhead = clockOffset(response.headers.get('date'), Date.now());
  if (response.ok) return response;
  const answer: unknown = await response.json().catch(() => undefined);
  const problem = isProblemDetails(answer) ? Problem.from(answer) : Problem.local('network');
  if (token && problem.code === 'token_invalid') expireSession(token);
  throw problem;
}
