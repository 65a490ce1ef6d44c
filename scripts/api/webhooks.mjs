/** The `webhooks` of docs/api/openapi.json: what is sent to an app's backend, from src/contracts/webhooks.ts. */
import { exampleOf } from './examples.mjs';
import { commentOf } from './program.mjs';

/** As src/webhooks/event-mapping.ts makes them; all others are about a channel. */
const subjects = {
  'co-host.invitation': ({ id }) => `invitation:${id}`,
  'co-host.session': ({ id }) => `session:${id}`,
  'co-host.removed': ({ sessionId }) => `session:${sessionId}`,
  'pk.invitation': ({ id }) => `invitation:${id}`,
  'pk.match': ({ id }) => `pk:${id}`,
  'conference.member': ({ conferenceId }) => `conference:${conferenceId}`,
  'conference.ended': ({ conferenceId }) => `conference:${conferenceId}`,
  'mix.task': ({ id }) => `mix-task:${id}`,
  'chat.message': ({ channelId }) => `room:${channelId}`,
  'node.lost': ({ nodeId }) => `node:${nodeId}`,
  'node.restarted': ({ nodeId }) => `node:${nodeId}`,
  ping: ({ webhookId }) => `webhook:${webhookId}`,
};
const aboutChannel = ({ channelId }) => `channel:${channelId}`;
/** Where an example is not one of this event. */
const own = {
  'channel.source': { previous: 'none' },
  'channel.relay': { state: 'live' },
  'pk.invitation': {
    kind: 'pk',
    seat: null,
    toChannelId: 'a2f4c6e8-1b3d-4f5a-8c7e-9d0b2a4c6e8f',
    durationMs: 300_000,
  },
};
const signature = {
  name: 'Lianmai-Signature',
  in: 'header',
  required: true,
  description:
    '`t` is when it was sent, seconds since 1970; `v1` is HMAC-SHA256 of `<t>.<body>` under the endpoint’s secret, in hex. See docs/webhooks.md.',
  schema: { type: 'string', pattern: '^t=\\d+,v1=[0-9a-f]{64}$' },
  example: `t=1795180000,v1=${'5f'.repeat(32)}`,
};
const delivery = {
  name: 'Lianmai-Delivery',
  in: 'header',
  required: true,
  description: 'Id of this delivery, as the API lists it; the same at each attempt.',
  schema: { type: 'string', format: 'uuid' },
  example: '3f0c9a7e-5d21-4b8f-a1c6-0e9d7b6a5c43',
};
const responses = {
  '2XX': { description: 'Taken.' },
  default: { description: 'Any other answer, or none within 10 s: it is sent again.' },
};

export function webhooks({ program, checker }, schemas) {
  const source = program
    .getSourceFiles()
    .find(({ fileName }) => fileName.endsWith('/src/contracts/webhooks.ts'));
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
  const events = checker.getDeclaredTypeOfSymbol(exported.find(({ name }) => name === 'WebhookEvents'));
  const about = checker.getDeclaredTypeOfSymbol(exported.find(({ name }) => name === 'WebhookDelivery'));
  const envelope = Object.fromEntries(
    ['id', 'subject', 'occurredAt'].map((name) => [name, schemas.property(about.getProperty(name))]),
  );
  return Object.fromEntries(
    checker.getPropertiesOfType(events).map((event) => {
      const data = schemas.of(checker.getTypeOfSymbol(event));
      return [event.name, { post: received(event, commentOf(checker, event), { envelope, data }, schemas) }];
    }),
  );
}

function received({ name }, summary, { envelope, data }, { components }) {
  const { id, subject, occurredAt } = envelope;
  const properties = { id, type: { const: name }, subject, occurredAt, data };
  const schema = { type: 'object', properties, required: Object.keys(properties) };
  const made = exampleOf(schema, components);
  const filled = { ...made.data, ...own[name] };
  const example = { ...made, subject: (subjects[name] ?? aboutChannel)(filled), data: filled };
  return {
    operationId: `webhook.${name}`,
    tags: ['webhooks'],
    summary: summary || name,
    security: [],
    parameters: [signature, delivery],
    requestBody: { required: true, content: { 'application/json': { schema, example } } },
    responses,
  };
}
