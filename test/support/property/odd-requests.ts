import fc, { type Arbitrary } from 'fast-check';
import { apiDocument, type Operation } from '../app/api-document';
import type { LiveWorld } from './live-world';
import { oddBody, oddText, oddType, oddValue, valueOf } from './odd-values';

export interface OddRequest {
  /** Of the document. */
  operation: Operation;
  name: string;
  method: string;
  /** With its query, as it is sent. */
  address: string;
  /** Who asks; null: nobody. */
  who: string | null;
  headers: Record<string, string>;
  body: string | undefined;
}

/** A demo is a process of its own, for ten minutes. */
const LEFT_OUT = ['POST /v1/demo'];
/** What a `waitMs` that is accepted makes a request last, ms. */
const MAX_WAIT_MS = '50';

/** Any request to any operation, by anybody. @param operations those of the document; default: all */
export function oddRequests(world: LiveWorld): Arbitrary<OddRequest> {
  const all = Object.entries(apiDocument.paths).flatMap(([path, of]) =>
    Object.entries(of).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const asked = all.filter(({ path, method }) => !LEFT_OUT.includes(`${method} ${path}`));
  // What is deleted is gone for all that come after.
  const weighed = asked.map((one) => ({
    weight: one.method === 'DELETE' ? 1 : 4,
    arbitrary: requestTo(world, one),
  }));
  return fc.oneof(...weighed);
}

function requestTo(
  world: LiveWorld,
  { path, method, operation }: { path: string; method: string; operation: Operation },
): Arbitrary<OddRequest> {
  const known = (name: string) => textFor(world, name);
  const address = fc
    .tuple(
      ...path
        .split('/')
        .map((part) => (part.startsWith('{') ? pathPart(world, path, part) : fc.constant(part))),
    )
    .map((parts) => parts.join('/'));
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  const sound = schema
    ? valueOf(schema, known).map((value) => JSON.stringify(value))
    : fc.constant(undefined);
  const sent = fc.oneof(
    { weight: 6, arbitrary: fc.record({ body: sound, type: fc.constant('application/json') }) },
    {
      weight: 1,
      arbitrary: fc.record({ body: oddValue.map((value) => JSON.stringify(value)), type: oddType }),
    },
    { weight: 1, arbitrary: fc.record({ body: oddBody, type: oddType }) },
  );
  const who = fc.constantFrom<string | null>(null, 'admin', 'admin', ...world.people);
  return fc
    .record({ address, query: queryOf(operation), who, sent, headers: oddHeaders })
    .map(({ address: at, query, who: user, sent: { body, type }, headers }) => ({
      ...{ operation, name: `${method} ${path}`, method, address: at + query, who: user },
      headers: { ...(body !== undefined && { 'content-type': type }), ...headers },
      body,
    }));
}

/** Ids of what is there, of other things, and of nothing. */
function pathPart(world: LiveWorld, path: string, part: string): Arbitrary<string> {
  const room = path.split('/')[2]!;
  const ids = world.ids[part === '{deliveryId}' ? 'deliveries' : room] ?? [];
  const right = part === '{userId}' ? world.people : part === '{seat}' ? ['0', '1', '2', '99'] : ids;
  const others = Object.values(world.ids).flat();
  return fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...(right.length > 0 ? right : ['x'])) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
    { weight: 1, arbitrary: oddText.filter(isPart).map((text) => encoded(text)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('%zz', '%00', '%c0%80', '%2e%2e', '%2F', 'a%0d%0ab', '1', '-1', '1e3'),
    },
  );
}

/** Lone surrogates have no encoding; longer addresses are refused by Node's own parser (431). */
const encoded = (text: string) => encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd').slice(0, 600));

/** Nothing, and dots, would make it another address. */
const isPart = (text: string) => !['', '.', '..'].includes(text);

function textFor(world: LiveWorld, name: string): Arbitrary<unknown> | null {
  const { ids, people } = world;
  const byName: Record<string, readonly string[] | undefined> = {
    ...{
      channelId: ids.channels,
      channels: ids.channels,
      conferences: ids.conferences,
      matchId: ids.matches,
    },
    ...{ userId: people, ownerId: people, allowed: people, background: ['#101418', '#fff', 'red'] },
    url: [
      'http://127.0.0.1:9/',
      'https://example.invalid/',
      'rtmp://127.0.0.1/app/key',
      'file:///etc/passwd',
    ],
    code: ['no such code'],
  };
  const values = byName[name];
  return values ? fc.constantFrom<unknown>(...values) : null;
}

function queryOf({ parameters = [] }: Operation): Arbitrary<string> {
  const names = parameters.flatMap((one) => (one.in === 'query' ? [one.name] : []));
  const pair = fc.constantFrom(...names, 'other', '').chain((name) => {
    const value =
      name === 'waitMs'
        ? fc.constantFrom(MAX_WAIT_MS, '-1', '1.5', 'x', '')
        : fc.oneof(sensibleQuery, oddText);
    return value.chain((text) => {
      const v = encoded(text);
      return fc.constantFrom(
        `${name}=${v}`,
        `${name}=${v}`,
        `${name}=${v}&${name}=${v}`,
        `${name}[]=${v}`,
        `${name}[a]=${v}`,
        name,
      );
    });
  });
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    {
      weight: 2,
      arbitrary: fc.array(pair, { minLength: 1, maxLength: 3 }).map((pairs) => `?${pairs.join('&')}`),
    },
  );
}

const sensibleQuery = fc.constantFrom(
  '1',
  '500',
  '0',
  '501',
  'true',
  'dead',
  'WyIxIiwiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwIl0',
  'api-key.created',
);

const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)),
  maxLength: 300,
});

const oddHeaders: Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        'idempotency-key': fc.oneof(fc.constantFrom('key-1', 'key-2', 'a b', ''), visible),
        'x-request-id': visible,
        authorization: fc.constantFrom(
          '',
          'Bearer',
          'Bearer ',
          'Basic eDp5',
          'Bearer a.b.c',
          'bearer x',
          'Bearer eyJhbGciOiJub25lIn0.e30.',
        ),
        'x-api-key': fc.oneof(fc.constantFrom('', 'k'.repeat(32)), visible),
        'x-forwarded-for': fc.constantFrom('1.2.3.4', 'x', '::1, ::2'),
        accept: fc.constantFrom('text/html', 'application/xml', '*/*', ''),
        origin: fc.constantFrom('null', 'https://evil.example', 'x'),
        'content-encoding': fc.constantFrom('identity', 'gzip', 'br', 'x'),
        expect: fc.constant('100-continue'),
      },
      { requiredKeys: [] },
    ),
  },
);
