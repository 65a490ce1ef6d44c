/** What surrounds every route: API keys, grants, idempotency keys, cursors, rate limits, headers, documents. */
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type {
  ApiKeyCreatedView,
  ApiKeyView,
  ChannelView,
  ConferenceView,
  ListView,
  ProblemDetails,
  TokenView,
} from '../../../src/contracts';
import { apiDocument, mismatches, problemsOfAnswer } from '../../support/app/api-document';
import { ApiProcess } from '../../support/app/api-process';

let api: ApiProcess;
beforeAll(async () => {
  api = await ApiProcess.start({ RATE_LIMIT_PER_MINUTE: 60 });
}, 60_000);
afterAll(() => api.stop());

const sql = (query: string): Promise<Record<string, unknown>[]> => api.app.get(DataSource).query(query);
const admin = () => api.token(`admin-${randomUUID()}`, { role: 'admin' });
const mint = <T = TokenView>(key: string, body: object, headers: Record<string, string> = {}) =>
  api.request<T>('POST', '/v1/tokens', { body, headers: { 'x-api-key': key, ...headers } });

describe('API keys', () => {
  const create = async (name = 'Backend') =>
    (await api.request<ApiKeyCreatedView>('POST', '/v1/api-keys', { token: await admin(), body: { name } }))
      .body;
  const listed = async (id: string) => {
    const { body } = await api.request<ListView<ApiKeyView>>('GET', '/v1/api-keys', { token: await admin() });
    return body.items.find((key) => key.id === id);
  };
  const user = { userId: 'ann', name: 'Ann' };

  it('are shown once, kept as a hash, and mint tokens until they are revoked', async () => {
    const { key, ...view } = await create();
    expect(view).toMatchObject({
      name: 'Backend',
      prefix: key.slice(0, 9),
      lastUsedAt: null,
      revokedAt: null,
    });
    expect(await listed(view.id)).toEqual(view);
    expect(JSON.stringify(await sql('SELECT * FROM api_keys'))).not.toContain(key);

    expect((await mint(key, user)).status).toBe(201);
    expect((await listed(view.id))?.lastUsedAt).toMatch(/^\d{4}-/);

    const revoke = async () =>
      (await api.request('DELETE', `/v1/api-keys/${view.id}`, { token: await admin() })).status;
    expect(await revoke()).toBe(204);
    expect(await revoke()).toBe(204);
    expect(await mint<ProblemDetails>(key, user)).toMatchObject({
      status: 401,
      body: { code: 'api_key_invalid' },
    });
    expect((await listed(view.id))?.revokedAt).toMatch(/^\d{4}-/);
  });

  it('that of the configuration goes on beside them', async () => {
    expect((await mint(api.config.API_KEY, user)).status).toBe(201);
  });

  it.each([
    ['nothing', ''],
    ['a guess', 'lm_guess'],
    ['what is far too long', 'k'.repeat(500)],
  ])('%s is none', async (_, key) => {
    expect((await mint(key, user)).status).toBe(401);
  });

  it('that are not there can’t be revoked', async () => {
    for (const id of ['no-id', randomUUID()]) {
      const { status, body } = await api.request<ProblemDetails>('DELETE', `/v1/api-keys/${id}`, {
        token: await admin(),
      });
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'api_key_not_found' });
    }
  });
});

describe('grants', () => {
  it('limit what a minted token is good for', async () => {
    const own = await api.must<ChannelView>('owner', 'POST', '/v1/channels', { title: 'Mine' });
    const other = await api.must<ChannelView>('owner', 'POST', '/v1/channels', { title: 'Other' });
    const { token } = (await mint(api.config.API_KEY, { userId: 'owner', name: 'O', channels: [own.id] }))
      .body;
    expect((await api.request('GET', `/v1/channels/${own.id}`, { token })).status).toBe(200);
    const refused = await api.request<ProblemDetails>('GET', `/v1/channels/${other.id}`, { token });
    expect(refused).toMatchObject({ status: 403, body: { code: 'not_granted' } });
  });

  it('hold for a conference under its number too', async () => {
    const { number } = await api.must<ConferenceView>('owner', 'POST', '/v1/conferences', {});
    const token = await api.token('owner', { conferences: [] });
    const refused = await api.request<ProblemDetails>('GET', `/v1/conferences/${number}`, { token });
    expect(refused).toMatchObject({ status: 403, body: { code: 'not_granted' } });
  });

  it.each([
    ['of an admin', { role: 'admin', channels: [] }],
    ['that are no ids', { channels: ['x'] }],
    ['too many', { conferences: Array.from({ length: 51 }, () => randomUUID()) }],
  ])('%s are refused', async (_, grants) => {
    const answer = await mint<ProblemDetails>(api.config.API_KEY, { userId: 'u', name: 'U', ...grants });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  });
});

describe('Idempotency-Key', () => {
  let userId: string;
  beforeEach(() => {
    userId = `u-${randomUUID()}`;
  });
  const post = async <T = ChannelView>(key: string, body: object = { title: 'One' }, who = userId) =>
    api.request<T>('POST', '/v1/channels', {
      token: await api.token(who),
      body,
      headers: { 'idempotency-key': key },
    });
  const channelsOf = async (who = userId) => {
    const [row] = await sql(`SELECT count(*)::int AS n FROM channels WHERE owner_id = '${who}'`);
    return row?.n;
  };

  it('repeats the answer and does nothing again', async () => {
    const first = await post('k-1');
    const second = await post('k-1');
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await channelsOf()).toBe(1);
  });

  it('is refused with another request', async () => {
    await post('k-1');
    const reused = await post<ProblemDetails>('k-1', { title: 'Two' });
    expect(reused).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await channelsOf()).toBe(1);
  });

  it('is its caller’s own', async () => {
    const mine = await post('k-1');
    const his = await post('k-1', undefined, `${userId}-2`);
    expect(his.body.id).not.toBe(mine.body.id);
  });

  it('serves one of many at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('k-1')));
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].every((status) => status === 201 || status === 409)).toBe(true);
    const ids = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.id));
    expect(ids.size).toBe(1);
    for (const { status, body, headers } of answers.filter((answer) => answer.status === 409)) {
      expect({ status, body }).toMatchObject({ body: { code: 'idempotency_in_progress' } });
      expect(headers.get('retry-after')).toBe('1');
    }
    expect(await channelsOf()).toBe(1);
  });

  it('may be tried again after an error', async () => {
    expect((await post('k-1', { title: '' })).status).toBe(400);
    expect((await post('k-1', { title: 'Now' })).status).toBe(201);
  });

  it('is free again after its time', async () => {
    await post('k-1');
    await sql(`UPDATE idempotency_keys SET expires_at = now() WHERE caller = 'user:${userId}'`);
    expect((await post('k-1', { title: 'Two' })).status).toBe(201);
    expect(await channelsOf()).toBe(2);
  });

  it('works for a backend too, and its answers are sealed in the database', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await mint(api.config.API_KEY, { userId: 'u', name: 'U' }, key);
    expect((await mint(api.config.API_KEY, { userId: 'u', name: 'U' }, key)).body).toEqual(first.body);
    const rows = await sql('SELECT answer FROM idempotency_keys WHERE answer IS NOT NULL');
    const stored = rows.map(({ answer }) => (answer as Buffer).toString('latin1')).join('\n');
    expect(stored.length).toBeGreaterThan(0);
    expect(stored).not.toContain('expiresAt');
  });

  it('must be one', async () => {
    expect(await post<ProblemDetails>('with space')).toMatchObject({
      status: 400,
      body: { code: 'invalid_input' },
    });
  });
});

describe('cursors', () => {
  type Item = { id: string };
  const page = async (path: string, limit: number, cursor: string | null = null) => {
    const query = `${path}?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`;
    return (await api.request<ListView<Item>>('GET', query, { token: await admin() })).body;
  };

  it.each([
    ['/v1/channels', () => api.must('pager', 'POST', '/v1/channels', { title: 'x' })],
    ['/v1/conferences', () => api.must('pager', 'POST', '/v1/conferences', {})],
  ])('walk %s without gaps or repeats while others are added', async (path, add) => {
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.unshift(((await add()) as Item).id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { items, nextCursor }: ListView<Item> = await page(path, 2, cursor);
      expect(items.length).toBeLessThanOrEqual(2);
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor;
      if (seen.length === 2) await add();
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 5)).toEqual(made);
  });

  it('tell rows of the same moment apart', async () => {
    await sql(`UPDATE channels SET created_at = '2020-01-01T00:00:00.123456Z' WHERE owner_id = 'pager'`);
    const [{ n } = {}] = await sql(`SELECT count(*)::int AS n FROM channels`);
    const seen: string[] = [];
    for (let cursor: string | null = '', first = true; cursor !== null; first = false) {
      const { items, nextCursor }: ListView<Item> = await page('/v1/channels', 1, first ? null : cursor);
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    }
    expect(new Set(seen).size).toBe(n);
    expect(seen).toHaveLength(n as number);
  });

  it('walk the nodes, which have a cursor of their own', async () => {
    await sql(`INSERT INTO media_nodes (id) VALUES ('node-2'), ('node-3')`);
    const first = await page('/v1/nodes', 2);
    const second = await page('/v1/nodes', 2, first.nextCursor);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['node-1', 'node-2', 'node-3']);
    expect(second.nextCursor).toBeNull();
  });

  const foreign = Buffer.from('["node-1"]').toString('base64url');
  it.each(['limit=0', 'limit=501', 'limit=x', 'cursor=%20', 'cursor=garbage', `cursor=${foreign}`, 'page=2'])(
    'refuse ?%s',
    async (query) => {
      const { status, body } = await api.request<ProblemDetails>('GET', `/v1/channels?${query}`, {
        token: await admin(),
      });
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid_input' });
    },
  );
});

describe('rate limits', () => {
  it('hold for each user, and say where he stands', async () => {
    const [token, other] = [await api.token('eager'), await api.token('calm')];
    const ask = (bearer: string) => api.request<ProblemDetails>('GET', '/v1/me', { token: bearer });
    const first = await ask(token);
    expect(first.headers.get('ratelimit-policy')).toBe('"address";q=12000;w=60, "user";q=60;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"address";r=\d+;t=\d+, "user";r=59;t=60$/);
    for (let i = 0; i < 59; i++) expect((await ask(token)).status).toBe(200);
    const refused = await ask(token);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(refused.headers.get('ratelimit')).toMatch(/"user";r=0;t=\d+$/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask(other)).status).toBe(200);
  });

  describe('of an address', () => {
    let strict: ApiProcess;
    beforeAll(async () => {
      strict = await ApiProcess.start({ RATE_LIMIT_ADDRESS_PER_MINUTE: 3 });
    }, 60_000);
    afterAll(() => strict.stop());
    const from = (address: string, path = '/v1/me') =>
      strict.request(path === '/v1/tokens' ? 'POST' : 'GET', path, {
        headers: { 'x-forwarded-for': address },
      });

    it('hold before anybody is known, behind a proxy on this machine too, and leave health alone', async () => {
      const statuses = [];
      for (let i = 0; i < 5; i++) statuses.push((await from('203.0.113.7')).status);
      expect(statuses).toEqual([401, 401, 401, 429, 429]);
      expect((await from('203.0.113.8')).status).toBe(401);
      const health = await from('203.0.113.7', '/health/live');
      expect(health.status).toBe(200);
      expect(health.headers.get('ratelimit')).toBeNull();
    });

    it('count an IPv6 network as one', async () => {
      const statuses = [];
      for (let i = 1; i < 5; i++) statuses.push((await from(`2001:db8:1:2::${i}`)).status);
      expect(statuses).toEqual([401, 401, 401, 429]);
    });

    it('and of an API key hold wherever it is used', async () => {
      const statuses = [];
      for (let i = 1; i < 5; i++) {
        const headers = { 'x-api-key': strict.config.API_KEY, 'x-forwarded-for': `198.51.100.${i}` };
        const { status } = await strict.request('POST', '/v1/tokens', {
          body: { userId: 'u', name: 'U' },
          headers,
        });
        statuses.push(status);
      }
      expect(statuses).toEqual([201, 201, 201, 429]);
    });
  });
});

describe('headers', () => {
  it('keep pages to their own scripts and let them reach media nodes', async () => {
    const { headers } = await api.request('GET', '/health/live');
    const policy = new Map(
      headers
        .get('content-security-policy')!
        .split(';')
        .map((directive) => [directive.split(' ')[0]!, directive] as const),
    );
    expect(policy.get('script-src')).toBe("script-src 'self'");
    expect(policy.get('worker-src')).toBe("worker-src 'self' blob:");
    expect(policy.get('connect-src')).toBe("connect-src 'self' http: https: ws: wss:");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('strict-transport-security')).toBeNull();
  });
});

describe('documents', () => {
  it('are served with their page, which loads nothing from elsewhere', async () => {
    const page = await fetch(`${api.url}/docs`);
    const html = await page.text();
    expect(html).toContain('swagger-ui');
    expect(html).not.toMatch(/(src|href)=["'](https?:)?\/\//);
    expect((await fetch(`${api.url}/docs/swagger-ui-bundle.js`)).status).toBe(200);
    expect(await (await fetch(`${api.url}/docs/openapi.json`)).json()).toEqual(apiDocument);
    expect(await (await fetch(`${api.url}/docs/asyncapi.json`)).json()).toMatchObject({ asyncapi: '3.0.0' });
  });

  it('are what real answers are held against, in all integration tests', async () => {
    const channel = await api.must<ChannelView>('owner', 'POST', '/v1/channels', { title: 'Mine' });
    const lacking: Partial<ChannelView> = { ...channel };
    delete lacking.title;
    const problems = (status: number, body: unknown) =>
      problemsOfAnswer('POST', '/v1/channels', status, body);
    expect(problems(201, channel)).toEqual([]);
    expect(problems(201, lacking)).toEqual(['POST /v1/channels -> 201.title is missing']);
    expect(problems(201, { ...channel, secret: 1 })).toEqual([
      'POST /v1/channels -> 201.secret is not documented',
    ]);
    expect(problems(201, { ...channel, viewers: '1', source: 'x', createdAt: 'now' })).toHaveLength(3);
    expect(problems(200, channel)).toEqual(['POST /v1/channels -> 200 is not documented']);
    expect(problemsOfAnswer('GET', '/v1/secrets', 200, {})).toEqual(['GET /v1/secrets is not documented']);
  });

  it('have every route of the API', () => {
    const documented = Object.entries(apiDocument.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    const real = api.routes().filter((route) => !route.includes(' /internal/'));
    expect(documented.sort()).toEqual(real.sort());
  });

  it('have examples that fit their own schemas', () => {
    const operations = Object.values(apiDocument.paths).flatMap((path) => Object.values(path));
    const contents = operations.flatMap(({ requestBody, responses }) => [
      ...Object.values(requestBody?.content ?? {}),
      ...Object.values(responses).flatMap(({ content }) => Object.values(content ?? {})),
    ]);
    expect(contents.length).toBeGreaterThan(30);
    expect(contents.flatMap(({ schema, example }) => mismatches(schema, example, 'example'))).toEqual([]);
    const errors = Object.values(apiDocument.components.responses).flatMap(({ content }) =>
      Object.values(content ?? {}),
    );
    for (const { schema, examples = {} } of errors) {
      expect(Object.keys(examples).length).toBeGreaterThan(0);
      expect(Object.values(examples).flatMap(({ value }) => mismatches(schema, value, 'error'))).toEqual([]);
    }
  });
});
