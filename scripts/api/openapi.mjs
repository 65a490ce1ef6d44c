/** docs/api/openapi.json, OpenAPI 3.1. */
import ts from 'typescript';
import { exampleOf } from './examples.mjs';
import { enumerateCodes, evaluate, problemType } from './program.mjs';
import { readRoutes } from './routes.mjs';
import { Schemas } from './schemas.mjs';
import { webhooks } from './webhooks.mjs';

const PROBLEM = 'application/problem+json';
const JSON_TYPE = 'application/json';

/** The errors that an operation may answer with. */
const errorRules = [
  // A path that isn't UTF-8, and a body of a request that takes none, are malformed too.
  [400, (route) => takesBody(route) || route.query || route.params.length > 0],
  [401, (route) => route.access !== 'public' || route.body],
  [403, (route, who) => (route.access === 'token' && who !== undefined) || namesChannelByCode(route)],
  // A body may name a channel too.
  [
    404,
    (route) => route.params.length > 0 || route.body?.getProperty('channelId') || namesChannelByCode(route),
  ],
  // Who waits for something may learn that it is over.
  [409, (route) => route.method !== 'get' || route.query?.getProperty('waitMs')],
  [413, takesBody],
  [415, takesBody],
  [422, takesBody],
  [429, (route) => route.path !== '/health/live'],
  [503, (route) => route.path !== '/health/live'],
];
/** A visit: no token says whether its channel is there for the caller. */
function namesChannelByCode({ body }) {
  return body?.getProperty('code') && body.getProperty('renewal');
}
const also = { 200: 'Done', 201: 'Done; the new thing', 202: 'Not yet done', 503: 'Not ready' };
const titles = {
  400: 'The request is not valid',
  401: 'No token or key, or not a valid one',
  403: 'Not allowed',
  404: 'Not there',
  409: 'Not in this state',
  413: 'The body is too large',
  415: 'The body is of another type than the one that is taken: JSON in UTF-8, or a picture',
  422: 'The body is right, but can’t be done',
  429: 'Too many requests',
  503: 'Not now',
  500: 'Any other error',
};
const sampleArgs = {
  reason: 'title must be one line of 1 to 100 characters',
  action: 'change this channel',
  retryAfterMs: 12_000,
  subject: 'this channel',
  name: 'conferencesPerUser',
  seat: 2,
  limit: 9,
  until: '2026-11-20T19:34:00.000Z',
  nodeId: 'node-1',
  allow: 'GET, HEAD, POST',
};
/** Where a code has others. */
const argsByCode = {
  invalid_transition: { subject: 'A co-hosting', from: 'ended', to: 'live' },
  body_too_large: { limit: 1_048_576 },
  image_invalid: { reason: 'it ends too early' },
  image_too_large: { limit: 4096 },
  bypass_failed: { reason: 'start_timeout' },
  webhook_refused: { reason: 'the address is on a private network' },
  relay_refused: { reason: 'the address is on a private network' },
};

export function openapi(program, version) {
  const schemas = new Schemas(program.checker);
  const errors = evaluate('platform/common/errors.ts');
  const { routePermissions } = evaluate('auth/permissions.ts');
  const routes = readRoutes(program);
  // Answers first: where a request's DTO and a view have the same name, the DTO gets another.
  const answers = new Map(routes.map((route) => [route, contentOf(route.answer, schemas)]));
  const problem = schemas.of(problemType(program));
  enumerateCodes(schemas.components);
  const sent = webhooks(program, schemas);
  const paths = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    const who = routePermissions[`${route.method.toUpperCase()} ${route.path}`]?.who;
    (paths[path] ??= {})[route.method] = operation(route, who, answers.get(route), schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Lianmai',
      version,
      description: readme,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].sort().map((name) => ({ name })),
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    webhooks: sent,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'A user’s token, from `POST /v1/tokens`.',
        },
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Api-Key',
          description: 'For the app’s own backend.',
        },
      },
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          description:
            'Chosen by the client. A repeated request with the same key gets the first one’s answer, for 24 hours.',
          schema: { type: 'string', minLength: 1, maxLength: 255 },
          example: '5f0c1c7e-9b1d-4f57-8d3c-6f6a4c1c2f10',
        },
      },
      headers,
      responses: Object.fromEntries(
        Object.keys(titles).map((status) => [
          `Problem${status}`,
          problemResponse(Number(status), errors, problem),
        ]),
      ),
      schemas: schemas.components,
    },
  };
}

const readme = `Channels, conferences and co-hosting. Errors are problem details (RFC 9457) with a stable \`code\`.

Lists take \`limit\` and \`cursor\` and answer \`nextCursor\`, null on the last page. A POST may carry an \`Idempotency-Key\`.
Answers tell the limits in \`RateLimit-Policy\` and \`RateLimit\`; 429 adds \`Retry-After\`. The events of the Socket.IO
connection are in \`asyncapi.json\` beside this document, the messages to and from a media server in \`mas.schema.json\`; what
webhooks are sent is at its end.`;

const headers = {
  Location: {
    description: 'The address of the new thing.',
    schema: { type: 'string' },
    example: '/v1/channels/0d9f3a52-6f0b-4c7e-9a51-2f6f5b1c7d10',
  },
  RateLimit: {
    description: 'What is left (`r`) and for how many seconds (`t`), of each policy that applies.',
    schema: { type: 'string' },
    example: '"address";r=11987;t=42, "user";r=1187;t=42',
  },
  RateLimitPolicy: {
    description: 'Requests (`q`) in each window (`w`, seconds).',
    schema: { type: 'string' },
    example: '"address";q=12000;w=60, "user";q=1200;w=60',
  },
};

function operation(route, who, answer, schemas) {
  const { components } = schemas;
  const keyed = hasKey(route);
  const description = [route.description, who && `For: ${who.join(', ')}.`].filter(Boolean).join('\n\n');
  const parameters = [
    ...route.params.map((name) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
      example: exampleOf({ type: 'object', properties: { [name]: { type: 'string' } } }, components)[name],
    })),
    ...queryParameters(route, schemas),
    ...(keyed ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
  ];
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(description && { description }),
    ...(route.access === 'public' && { security: [] }),
    ...(route.access === 'api-key' && { security: [{ apiKey: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.takesImage && { requestBody: { required: true, content: bytes({}) } }),
    ...(route.body && {
      requestBody: { required: true, content: media(route.consumes, schemas.of(route.body), components) },
    }),
    responses: responses(route, who, answer, components),
  };
}

function responses(route, who, answer, components) {
  const limited = !route.path.startsWith('/health');
  const success = {
    description: route.status === 201 ? 'Done; the new thing' : 'Done',
    ...((limited || route.createdAt) && {
      headers: {
        ...(route.createdAt && { Location: { $ref: '#/components/headers/Location' } }),
        RateLimit: { $ref: '#/components/headers/RateLimit' },
        'RateLimit-Policy': { $ref: '#/components/headers/RateLimitPolicy' },
      },
    }),
    ...(answer && {
      content: answer.isBytes
        ? bytes(route)
        : media(route.produces ?? answer.type, answer.schema, components),
    }),
  };
  const errors = errorRules
    .filter(([status, applies]) => !route.also.includes(status) && applies(route, who))
    .map(([status]) => status);
  return {
    [route.status]: success,
    ...Object.fromEntries(
      route.also.map((status) => [
        status,
        status === 204 ? { description: 'There is none' } : { ...success, description: also[status] },
      ]),
    ),
    ...Object.fromEntries(
      errors.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
    ),
    default: { $ref: '#/components/responses/Problem500' },
  };
}

/** null: an answer without a body */
function contentOf(type, schemas) {
  if (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) return null;
  const types = type.isUnion() ? type.types : [type];
  if (types.some(({ symbol }) => symbol?.name === 'StreamableFile')) return { isBytes: true };
  const schema = schemas.of(type);
  return { schema, type: schema.type === 'string' ? 'text/plain' : JSON_TYPE };
}

/** Pictures: PNG or JPEG where the route doesn't say which. */
function bytes({ produces }) {
  const types = produces ? [produces] : ['image/png', 'image/jpeg'];
  return Object.fromEntries(types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));
}

function media(type = JSON_TYPE, schema, components) {
  return { [type]: { schema, example: exampleOf(schema, components) } };
}

function queryParameters({ query }, schemas) {
  return (query?.getProperties() ?? []).map((symbol) => {
    const { description, ...schema } = schemas.property(symbol);
    const example = exampleOf({ type: 'object', properties: { [symbol.name]: schema } }, schemas.components)[
      symbol.name
    ];
    return {
      name: symbol.name,
      in: 'query',
      ...(description && { description }),
      schema,
      ...(example !== undefined && { example }),
    };
  });
}

/** One is parsed, whether the route wants it or not. */
function takesBody({ method }) {
  return ['post', 'put', 'patch'].includes(method);
}

/** Routes that take an Idempotency-Key. */
function hasKey({ method, access }) {
  return method === 'post' && access !== 'public';
}

/** 500 stands for every status that has no response of its own. */
function problemResponse(status, { errorCatalogue, DomainError, toProblem }, schema) {
  const problems = Object.keys(errorCatalogue).map((code) =>
    toProblem(new DomainError(code, argsOf(code, errorCatalogue))),
  );
  const fitting = problems.filter((problem) =>
    status === 500 ? !(problem.status in titles) || problem.status === 500 : problem.status === status,
  );
  return {
    description: `${titles[status]}. Codes: ${fitting.map(({ code }) => `\`${code}\``).join(', ')}`,
    ...([429, 503].includes(status) && {
      headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' }, example: 12 } },
    }),
    content: {
      [PROBLEM]: {
        schema,
        examples: Object.fromEntries(fitting.map((problem) => [problem.code, { value: problem }])),
      },
    },
  };
}

function fail(code, name) {
  throw new Error(`no sample for \`${name}\` of the error ${code} (scripts/api/openapi.mjs)`);
}

/** Sample values for the arguments that an error's message reads. */
function argsOf(code, catalogue) {
  const args = {};
  const asked = new Proxy(
    {},
    {
      get: (_, name) =>
        (args[name] =
          argsByCode[code]?.[name] ??
          sampleArgs[name] ??
          (name.endsWith('Id')
            ? exampleOf({ type: 'object', properties: { [name]: { type: 'string' } } }, {})[name]
            : fail(code, name))),
    },
  );
  catalogue[code].message(asked);
  return args;
}
