/** What holds for the whole of docs/api: that it is what the sources say; names and units, whatever is added. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiDocument, mismatches, type Schema } from '../support/app/api-document';

const events = JSON.parse(readFileSync(join(__dirname, '../../docs/api/asyncapi.json'), 'utf8')) as {
  components: {
    messages: Record<string, { payload: Schema; examples: { payload: unknown }[] }>;
    schemas: typeof apiDocument.components.schemas;
  };
};
const webhooks = Object.entries(apiDocument.webhooks).map(([name, { post }]) => [name, post] as const);
const operations = Object.entries(apiDocument.paths).flatMap(([path, of]) =>
  Object.entries(of).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

/** Names of all properties, parameters and arguments, in examples too. */
function namesIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return found;
  for (const [name, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) found.add(name);
    if (name === 'name' && typeof inner === 'string') found.add(inner);
    namesIn(inner, found);
  }
  return found;
}

it('documents, schemas and the codes of the client are what the sources say', () => {
  const script = join(__dirname, '../../scripts/api.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [script, 'check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout.match(/is what the sources say/g)?.length).toBeGreaterThan(2);
});

it('times are in milliseconds and say so, moments are ISO texts and end in At or are an end', () => {
  const names = [...namesIn(apiDocument), ...namesIn(events)];
  const ofTime = names.filter(
    (name) =>
      /^[a-z]\w*$/.test(name) && /sec(ond)?s?$|ttl|wait|duration|time(out)?$|delay|after(?!Seq)/i.test(name),
  );
  expect(ofTime).toEqual(expect.arrayContaining(['ttlMs', 'durationMs', 'waitMs', 'retryAfterMs']));
  expect(ofTime.filter((name) => !name.endsWith('Ms'))).toEqual([]);
});

it('an operation that makes something says where it is', () => {
  const made = operations.filter(({ operation }) => operation.responses['201']);
  expect(made.length).toBeGreaterThan(5);
  const silent = made.filter(({ operation }) => !operation.responses['201']?.headers?.Location);
  expect(silent.map(({ name }) => name)).toEqual([]);
});

it('codes and reasons are enumerated', () => {
  const open = [
    apiDocument.components.schemas,
    events.components.schemas,
    events.components.messages,
  ].flatMap((part) =>
    propertiesIn(part).filter(
      ([name, schema]) => isCode(name) && !/"(enum|const)"/.test(JSON.stringify(resolve(schema))),
    ),
  );
  expect(open.map(([name]) => name)).toEqual([]);
});

describe('examples', () => {
  it('of signals fit their schemas', () => {
    const { messages, schemas } = events.components;
    for (const [name, { payload, examples }] of Object.entries(messages)) {
      for (const example of examples) expect(mismatches(payload, example.payload, name, schemas)).toEqual([]);
    }
  });

  it.each(webhooks)('of the webhook %s fit its schema', (name, { requestBody }) => {
    const { schema, example } = requestBody!.content!['application/json']!;
    expect(mismatches(schema, example, name)).toEqual([]);
  });

  it.each([
    ...webhooks,
    ...operations.map(({ name, operation }) => [name, operation] as const),
    ...Object.entries(events.components.messages),
  ])('of %s contradict nothing that they say themselves', (_, described) => {
    expect(objectsIn(described).flatMap(contradictions)).toEqual([]);
  });
});

type Properties = [name: string, schema: object][];

/** Of all schemas inside. */
function propertiesIn(value: unknown): Properties {
  if (typeof value !== 'object' || value === null) return [];
  const { properties } = value as { properties?: Record<string, object> };
  const own = properties && !('$ref' in properties) ? Object.entries(properties) : [];
  return [...own, ...Object.values(value).flatMap(propertiesIn)];
}

/** A login's code, and what a webhook's receiver said, are no codes of ours. */
function isCode(name: string): boolean {
  return ['reason', 'state', 'kind', 'role', 'mode', 'error'].includes(name);
}

/** With what it refers to. */
function resolve(schema: object): unknown {
  const schemas = { ...events.components.schemas, ...apiDocument.components.schemas };
  const text = JSON.stringify(schema);
  const names = [...text.matchAll(/schemas\/(\w+)"/g)].map(([, name]) => name!);
  return [schema, ...names.map((name) => schemas[name])];
}

/** All objects inside of examples. */
function objectsIn(value: unknown, isExample = false): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([name, part]) =>
    objectsIn(part, isExample || name === 'example' || name === 'examples'),
  );
  return isExample && !Array.isArray(value) ? [value as Record<string, unknown>, ...inner] : inner;
}

const OVER = ['ended', 'failed', 'stopped', 'dead', 'idle'];

/** What no answer says of one thing. */
function contradictions(one: Record<string, unknown>): string[] {
  const { state, status, kind } = one;
  const is = (name: string) => one[name] !== undefined && one[name] !== null;
  const rules: [broken: boolean, rule: string][] = [
    [OVER.includes(String(state)) && one.endedAt === null, 'over, without an end'],
    [['live', 'running', 'open'].includes(String(state)) && is('endedAt'), 'running, with an end'],
    [
      ['starting', 'connecting', 'queued', 'idle'].includes(String(state)) &&
        (is('startedAt') || is('liveAt')),
      'before it began',
    ],
    [(state === 'delivered') !== is('deliveredAt') && 'deliveredAt' in one, 'delivered or not'],
    [
      (status === 'live') !== is('playback') && 'playback' in one && 'status' in one,
      'addresses without a live',
    ],
    [one.source === 'none' && Number(one.viewers) > 0, 'viewers of nothing'],
    [kind === 'user' && is('event'), 'an event of a user’s message'],
    [
      kind === 'invite' && (is('position') || is('toChannelId') || is('durationMs')),
      'of another kind of invitation',
    ],
    [one.from !== undefined && one.from === one.to, 'from and to the same'],
    [one.role === 'host' && one.seat !== 0 && is('seat'), 'a host on a guest’s seat'],
    [one.audio === true && one.audioMutedByHost === true, 'heard, though muted'],
    [one.locked === true && is('userId'), 'somebody on a locked seat'],
    [
      is('createdAt') && is('endedAt') && String(one.endedAt) < String(one.createdAt),
      'an end before the beginning',
    ],
    [
      Array.isArray(one.sides) && new Set(one.sides.map((s: { hostId: string }) => s.hostId)).size < 2,
      'a PK with oneself',
    ],
    [
      Object.values(one).includes('text'),
      `a text that says nothing (${Object.keys(one).find((n) => one[n] === 'text')})`,
    ],
  ];
  return rules.flatMap(([broken, rule]) => (broken ? [`${rule}: ${JSON.stringify(one).slice(0, 200)}`] : []));
}
