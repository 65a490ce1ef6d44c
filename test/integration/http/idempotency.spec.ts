import { randomUUID } from 'node:crypto';
import type { ChannelView, ProblemDetails, TokenView } from '../../../src/contracts';
import type { TestApi } from '../../support/app/test-api';
import { ControlPlane } from '../../support/fixtures/control-plane';

let control: ControlPlane;
let api: TestApi;
beforeAll(async () => {
  control = await ControlPlane.start({ ROLE: 'api' });
  api = control.api;
}, 60_000);
afterAll(() => control.stop());

const sql = (query: string) => api.sql<Record<string, unknown>[]>(query);
const mint = <T = TokenView>(key: string, body: object, headers: Record<string, string> = {}) =>
  api.request<T>('POST', '/v1/tokens', { body, headers: { 'x-api-key': key, ...headers } });

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
    const theirs = await post('k-1', undefined, `${userId}-2`);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it('repeats nothing to a token that may do less', async () => {
    const ask = async (claims: object) =>
      api.request<ProblemDetails & { url?: string }>('POST', '/v1/login-links', {
        token: await api.token(userId, claims),
        body: { userId: 'boss', name: 'Boss', role: 'admin' },
        headers: { 'idempotency-key': 'k-1' },
      });
    expect((await ask({ role: 'admin' })).status).toBe(200);
    expect((await ask({ role: 'admin' })).headers.get('idempotency-replayed')).toBe('true');
    expect(await ask({ role: 'user' })).toMatchObject({ status: 403, body: { code: 'not_allowed' } });
    const create = async (claims: object) =>
      api.request<ProblemDetails>('POST', '/v1/channels', {
        token: await api.token(userId, claims),
        body: { title: 'One' },
        headers: { 'idempotency-key': 'k-2' },
      });
    expect((await create({})).status).toBe(201);
    expect(await create({ channels: [] })).toMatchObject({ status: 403, body: { code: 'not_granted' } });
  });

  it('says so where the answer can’t be opened any more', async () => {
    await post('k-1');
    await sql(
      `UPDATE idempotency_keys SET answer = 'sealed under another secret' WHERE caller LIKE 'user:${userId}:%'`,
    );
    expect(await post<ProblemDetails>('k-1')).toMatchObject({
      status: 409,
      body: { code: 'idempotency_answer_lost' },
    });
    expect(await channelsOf()).toBe(1);
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
    await sql(`UPDATE idempotency_keys SET expires_at = now() WHERE caller LIKE 'user:${userId}:%'`);
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
