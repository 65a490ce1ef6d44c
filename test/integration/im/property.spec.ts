/** Whatever a client sends: it is answered in its acknowledgement, as the document says, and the connection goes on. */
import fc, { type Arbitrary } from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventPermissions } from '../../../src/auth/permissions';
import type { ChannelView } from '../../../src/contracts';
import { errorCatalogue } from '../../../src/platform/common';
import { type apiDocument, mismatches, type Schema } from '../../support/app/api-document';
import type { ImClient } from '../../support/app/im-client';
import { TestApi } from '../../support/app/test-api';
import { oddText, oddValue } from '../../support/property/odd-values';

const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env.PROPERTY_RUNS ?? 400);
/** Events of one user; more in five seconds are refused as too many. */
const EVENTS_OF_A_USER = 20;

const { components } = JSON.parse(
  readFileSync(join(__dirname, '../../../docs/api/asyncapi.json'), 'utf8'),
) as {
  components: {
    messages: Record<string, { name: string; payload: Schema }>;
    schemas: typeof apiDocument.components.schemas;
  };
};
const acknowledgements = new Map(
  Object.values(components.messages).map(({ name, payload }) => [name, payload]),
);

jest.setTimeout(60_000 + RUNS * 100);

let api: TestApi;
let channelId: string;
beforeAll(async () => {
  api = await TestApi.start();
  channelId = (await api.must<ChannelView>('ann', 'POST', 'channels', { title: 'Show' })).id;
}, 60_000);
afterAll(() => api.stop());

const sensible = () =>
  fc.record(
    {
      channelId: fc.constant(channelId),
      text: fc.constantFrom('hello', '连麦 🎤'),
      afterSeq: fc.constantFrom(0, 1),
    },
    { requiredKeys: ['channelId'] },
  );
const payload = (): Arbitrary<unknown> =>
  fc.oneof(
    oddValue,
    sensible(),
    fc.record({ channelId: fc.constant(channelId), text: oddValue }),
    fc.record({ channelId: fc.constant(channelId), afterSeq: oddValue }),
    fc.record({ channelId: oddValue }),
    fc.tuple(sensible(), oddText, oddValue).map(([one, key, value]) => ({ ...one, [key]: value })),
    fc.constant(Buffer.from([0, 255])),
  );
const names = () =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...Object.keys(eventPermissions)) },
    // Those that Socket.IO keeps for itself never leave a client.
    {
      weight: 1,
      arbitrary: fc.constantFrom('room:explode', '__proto__', 'constructor', 'message', '', 'room:message'),
    },
  );
const asked = () =>
  fc.record({
    event: names(),
    args: fc.oneof(
      { weight: 8, arbitrary: fc.tuple(payload()) },
      { weight: 1, arbitrary: fc.array(payload(), { maxLength: 3 }) },
    ),
  });

it(`answers every event as declared (PROPERTY_SEED=${SEED})`, async () => {
  const problems = new Set<string>();
  let client: ImClient | undefined;
  for (const [n, { event, args }] of fc.sample(asked(), { seed: SEED, numRuns: RUNS }).entries()) {
    if (n % EVENTS_OF_A_USER === 0) {
      client?.close();
      client = await api.connect(`user-${n}`);
      await client.must('room:join', { channelId });
    }
    const what = `${event} ${JSON.stringify(args).slice(0, 200)}`;
    const answer = await client!.withTimeout(5000, event, ...args);
    for (const problem of problemsOf(event, answer)) problems.add(`${problem} (${what})`);
    if (!client!.socket.connected) problems.add(`the connection is cut (${what})`);
  }
  client?.close();
  expect([...problems]).toEqual([]);
});

function problemsOf(event: string, answer: unknown): string[] {
  if (answer === undefined) return ['no acknowledgement'];
  const { ok, error } = answer as { ok?: boolean; error?: { code: string } };
  if (ok === true)
    return mismatches(
      acknowledgements.get(`${event} (acknowledgement)`)!,
      answer,
      'answer',
      components.schemas,
    );
  const isKnown = Object.hasOwn(errorCatalogue, error?.code ?? '') && error?.code !== 'internal';
  return isKnown ? [] : [`no known code: ${JSON.stringify(answer)}`];
}
