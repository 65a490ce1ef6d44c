/** Refusals over HTTP, the same for every endpoint of the node: problem details (RFC 9457), readable from any page. */
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProblemDetails } from '../../contracts';

/** Any page may ask: tokens are bound to a channel, and no cookies are read. */
export const CORS = { 'Access-Control-Allow-Origin': '*' };

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
