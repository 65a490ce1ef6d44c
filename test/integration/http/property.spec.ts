/**
 * Whatever is asked, by whomever: every answer is one that the document declares, and nothing fails inside.
 * PROPERTY_SEED repeats a run, PROPERTY_RUNS makes it longer.
 */
import fc from 'fast-check';
import { request as open } from 'node:http';
import { errorCatalogue } from '../../../src/platform/common';
import { apiDocument, problemsOfOperation } from '../../support/app/api-document';
import { BypassFixture } from '../../support/fixtures/bypass-fixture';
import { LiveWorld } from '../../support/property/live-world';
import { oddRequests, type OddRequest } from '../../support/property/odd-requests';

const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env.PROPERTY_RUNS ?? 600);
/** With one world; what runs in it has ended by and by. */
const RUNS_OF_A_WORLD = 300;

jest.setTimeout(60_000 + RUNS * 200);

let control: BypassFixture;
beforeAll(async () => {
  control = await BypassFixture.start({
    // Whatever asked for a second connection while it has one would wait until it is refused as `overloaded`.
    DATABASE_POOL_SIZE: 1,
    ...{ RATE_LIMIT_PER_MINUTE: 0, RATE_LIMIT_ADDRESS_PER_MINUTE: 0 },
    ...{ INVITATION_TTL_MS: 600_000, MEMBER_GRACE_MS: 600_000, BYPASS_IDLE_MS: 600_000 },
    ...{ WEBHOOK_ALLOW_PRIVATE: true },
  });
}, 60_000);
afterAll(() => control.stop(), 60_000);

it(`answers everything as declared (PROPERTY_SEED=${SEED})`, async () => {
  const problems = new Set<string>();
  let served = 0;
  for (let done = 0; done < RUNS; done += RUNS_OF_A_WORLD) {
    const world = await LiveWorld.build(control);
    const tokens = new Map<string, string>();
    for (const who of [...world.people, 'admin']) tokens.set(who, await control.api.token(who));
    const numRuns = Math.min(RUNS_OF_A_WORLD, RUNS - done);
    for (const asked of fc.sample(oddRequests(world), { seed: SEED + done, numRuns })) {
      const answer = await send(asked, asked.who === null ? undefined : tokens.get(asked.who));
      if (answer.status < 300) served++;
      const { who, address, headers, body } = asked;
      const what = JSON.stringify({ who, address, headers, body: body?.slice(0, 200) });
      for (const problem of problemsOf(asked, answer)) problems.add(`${problem} (${what})`);
    }
  }
  expect([...problems]).toEqual([]);
  // Not all of them refused at the door.
  expect(served).toBeGreaterThan(RUNS / 10);
});

interface Answer {
  status: number;
  /** Of its content; empty: it has none. */
  type: string;
  text: string;
}

/** What is wrong with an answer; empty: nothing. */
function problemsOf({ operation, name }: OddRequest, { status, type, text }: Answer): string[] {
  const isJson = /^application\/(problem\+)?json/.test(type);
  const body: unknown = text === '' ? undefined : isJson ? JSON.parse(text) : text;
  const problems = problemsOfOperation(operation, `${name} -> ${status}`, status, body);
  // Media that is away is declared; a database that is busy, or worse, is a fault here.
  if (status >= 500 && !/media_unavailable|bypass_failed/.test(text)) problems.push(`${name} -> ${text}`);
  if (status < 400) return problems;
  const { code = '' } = (body ?? {}) as { code?: string };
  const isProblem = type.startsWith('application/problem+json') && Object.hasOwn(errorCatalogue, code);
  return isProblem ? problems : [...problems, `${name} -> ${status}: ${type || 'nothing'} ${code}`];
}

/** As it is: fetch would put the address right. */
function send(asked: OddRequest, token?: string): Promise<Answer> {
  const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...asked.headers };
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(control.api.url);
    const { method, address: path, body } = asked;
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const request = open({ hostname, port, method, path, headers: { ...headers, ...length } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.once('end', () =>
        resolve({ status: response.statusCode!, type: response.headers['content-type'] ?? '', text }),
      );
      response.once('error', reject);
    });
    request.once('error', reject);
    request.end(body);
  });
}

it('serves no other method of an address, and says which there are', async () => {
  const token = await control.api.token('admin');
  for (const [path, of] of Object.entries(apiDocument.paths)) {
    const there = Object.keys(of).map((method) => method.toUpperCase());
    const other = ['PUT', 'DELETE', 'PATCH', 'POST', 'GET'].find((method) => !there.includes(method))!;
    const address = path.replace(/\{\w+\}/g, '1');
    const { status, headers } = await control.api.request(other, address, { token });
    expect({ path, status, allow: headers.get('allow')?.split(', ') }).toEqual({
      path,
      status: 405,
      allow: expect.arrayContaining(there) as string[],
    });
  }
  expect((await control.api.request('GET', '/v1/nothing', { token })).status).toBe(404);
});
