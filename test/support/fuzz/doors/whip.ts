import { request } from 'node:http';
import { SDPS } from '../corpus';
import { FRAGMENT } from '../sessions';
import type { Mutator } from '../mutator';
import { type Door } from './door';

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

const SO_IT_IS = ['node_full', 'connection_failed'];
/** Of all, so that some stay until they are closed for their silence. */
const LEFT_BEHIND = 1 / 20;
const TYPES = [
  'application/sdp',
  'application/trickle-ice-sdpfrag',
  'application/json',
  '',
  'x',
  'application/sdp;a=b',
];

/** Publishers by WHIP: offers and trickled candidates with lines changed, and headers of other requests. */
export const whipPublishers =
  (port: number): Door =>
  async (mutator) => {
    const channelId = `whip${mutator.below(16)}`;
    const send = (method: string, path: string, headers: Record<string, string>, body = '') =>
      ask(port, method, path, { authorization: 'Bearer host.1', ...headers }, body);
    const offer = mutator.below(3) ? mutator.text(SDPS) : mutator.pick(SDPS);
    const type = mutator.below(6) ? 'application/sdp' : mutator.pick(TYPES);
    const made = await send('POST', `/whip/${channelId}`, { 'content-type': type }, offer);
    if (made.status !== 201) return 1;
    const resource = String(made.headers.location);
    const fragments = mutator.below(4);
    for (let i = 0; i < fragments; i++) {
      const headers = {
        'content-type': mutator.below(6) ? 'application/trickle-ice-sdpfrag' : mutator.pick(TYPES),
        ...(mutator.below(3) && { 'if-match': oddEtag(mutator, String(made.headers.etag)) }),
      };
      await send('PATCH', resource, headers, mutator.text([FRAGMENT, ...SDPS]));
    }
    if (mutator.below(1 / LEFT_BEHIND) === 0) return fragments + 1;
    await send('DELETE', mutator.below(8) ? resource : `${resource}x`, {});
    const again = await send('DELETE', resource, {});
    if (again.status >= 400 && again.status !== 404) throw new Error(`the end: ${JSON.stringify(again)}`);
    return fragments + 3;
  };

function oddEtag(mutator: Mutator, right: string): string {
  return mutator.pick([right, right, '*', '"', `W/${right}`, `${right}, "x"`, '""', 'x'.repeat(5000)]);
}

/** @throws Error where the answer is none that WHIP has */
function ask(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', method, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.once('error', reject);
      response.once('end', () => {
        const answer = { status: response.statusCode!, headers: response.headers, body: text };
        const problem = problemOf(answer);
        if (problem) reject(new Error(`${method} ${path}: ${problem}`));
        else resolve(answer);
      });
    });
    asked.once('error', (error) => reject(new Error(`${method} ${path}: ${error.message}`)));
    asked.end(body);
  });
}

function problemOf({ status, headers, body }: Answer): string | null {
  if (status < 400) return null;
  if (!String(headers['content-type']).startsWith('application/problem+json'))
    return `${status} without a problem`;
  const { code } = JSON.parse(body) as { code?: string };
  const isFault = status >= 500 && !SO_IT_IS.includes(code ?? '');
  return !code || isFault ? `${status} ${body}` : null;
}
