import { LoginLinkFacade } from '../../../src/auth';
import type { LoginLinkView, ProblemDetails, TokenView, UserView } from '../../../src/contracts';
import { TestApi } from '../../support/app/test-api';

describe('auth', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await TestApi.start({ rooms: [] });
  });
  afterAll(() => api.stop());

  const mint = <T = TokenView>(body: unknown, key?: string) =>
    api.request<T>('POST', '/v1/tokens', {
      body,
      headers: { 'x-api-key': key ?? api.config.API_KEY },
    });
  const codeOf = ({ url }: { url: string }) => new URL(url).hash.replace('#code=', '');
  const login = <T = TokenView>(code: string) => api.request<T>('POST', '/v1/login', { body: { code } });

  describe('tokens', () => {
    it('are minted for the API key and open the API', async () => {
      const minted = await mint({ userId: 'u-1', name: '  Ann 连麦 ', ttlMs: 60_000 });
      expect(minted.status).toBe(200);
      expect(minted.body.user).toEqual({ id: 'u-1', name: 'Ann 连麦', role: 'user' });
      expect(Math.abs(Date.parse(minted.body.expiresAt) - Date.now() - 60_000)).toBeLessThan(5_000);
      const me = await api.request<UserView>('GET', '/v1/me', { token: minted.body.token });
      expect(me).toMatchObject({ status: 200, body: { id: 'u-1', name: 'Ann 连麦', role: 'user' } });
    });

    it.each([['wrong'], [''], ['k'.repeat(33)]])('are refused for the key %p', async (key) => {
      const answer = await mint<ProblemDetails>({ userId: 'u-1', name: 'Ann' }, key);
      expect(answer).toMatchObject({ status: 401, body: { code: 'api_key_invalid' } });
    });

    it.each([
      [{ userId: 'a b', name: 'Ann' }, /userId/],
      [{ userId: '../x', name: 'Ann' }, /userId/],
      [{ userId: 'x'.repeat(129), name: 'Ann' }, /userId/],
      [{ userId: 'u', name: '   ' }, /name/],
      [{ userId: 'u', name: 'x'.repeat(65) }, /name/],
      [{ userId: 'u', name: 'a\u0000b' }, /name/],
      [{ userId: 'u', name: 7 }, /name/],
      [{ userId: 'u', name: 'Ann', role: 'root' }, /role/],
      [{ userId: 'u', name: 'Ann', role: null }, /role/],
      [{ userId: 'u', name: 'Ann', ttlMs: 59_999 }, /ttlMs/],
      [{ userId: 'u', name: 'Ann', ttlMs: 86_400_001 }, /ttlMs/],
      [{ userId: 'u', name: 'Ann', admin: true }, /admin/],
      [[{ userId: 'u', name: 'Ann' }], /property 0 should not exist/],
      [{}, /userId.*name/],
    ])('are refused for %j, with the reason', async (body, reason) => {
      const answer = await mint<ProblemDetails>(body);
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
      expect(answer.body.detail).toMatch(reason);
    });
  });

  describe('the guard', () => {
    it.each([
      ['no token', undefined, 'token_missing'],
      ['garbage', 'garbage', 'token_invalid'],
    ])('refuses %s with problem details', async (_, token, code) => {
      const answer = await api.request<ProblemDetails>('GET', '/v1/me?secret=1', token ? { token } : {});
      expect(answer).toMatchObject({ status: 401, body: { code, status: 401, instance: '/v1/me' } });
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    });

    it('refuses an expired token', async () => {
      const answer = await api.request<ProblemDetails>('GET', '/v1/me', {
        token: await api.token('u', {}, -1),
      });
      expect(answer).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
    });
  });

  describe('problem details', () => {
    it('of an unknown route', async () => {
      const answer = await api.request<ProblemDetails>('GET', '/v1/nothing');
      expect(answer).toMatchObject({ status: 404, body: { code: 'route_not_found' } });
    });

    it.each([['broken JSON', '{"code":']])('of %s', async (_, body) => {
      const answer = await api.request<ProblemDetails>('POST', '/v1/login', { body });
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    });
  });

  describe('login links', () => {
    it('are made by admins only', async () => {
      const body = { userId: 'u-2', name: 'Bob' };
      const refused = await api.request<ProblemDetails>('POST', '/v1/login-links', {
        body,
        as: 'u-1',
      });
      expect(refused).toMatchObject({ status: 403, body: { code: 'not_allowed' } });
      const made = await api.request<LoginLinkView>('POST', '/v1/login-links', {
        body,
        as: 'admin',
      });
      expect(made.status).toBe(200);
      expect(made.body.url).toMatch(/^http:\/\/console\.test\/login#code=[\w-]{43}$/);
      const session = await login(codeOf(made.body));
      const hours = (Date.parse(session.body.expiresAt) - Date.now()) / 3_600_000;
      expect(hours).toBeCloseTo(12, 1);
      expect(session).toMatchObject({
        status: 200,
        body: { user: { id: 'u-2', name: 'Bob', role: 'user' } },
      });
      expect((await api.request('GET', '/v1/me', { token: session.body.token })).status).toBe(200);
    });

    it('open once', async () => {
      const link = await api.get(LoginLinkFacade).create({ userId: 'boss', name: 'Boss', role: 'admin' });
      expect((await login(codeOf(link))).body.user.role).toBe('admin');
      expect(await login(codeOf(link))).toMatchObject({ status: 401, body: { code: 'login_code_invalid' } });
    });

    it('open once, however many try at the same moment', async () => {
      const link = await api.get(LoginLinkFacade).create({ userId: 'u', name: 'U', role: 'user' });
      // Connections that are open already, so that all eight are in the database at once.
      const eight = Array.from({ length: 8 });
      await Promise.all(eight.map(() => api.sql('SELECT pg_sleep(0.05)')));
      const links = api.get(LoginLinkFacade);
      const tried = await Promise.allSettled(eight.map(() => links.redeem(codeOf(link))));
      expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const refused = tried.find(({ status }) => status === 'rejected');
      expect(refused).toMatchObject({ reason: { code: 'login_code_invalid' } });
    });

    it('are refused after their time', async () => {
      const link = await api.get(LoginLinkFacade).create({ userId: 'u', name: 'U', role: 'user' });
      await api.sql(`UPDATE login_codes SET expires_at = now() - interval '1 second'`);
      expect((await login(codeOf(link))).status).toBe(401);
    });

    it('keep only a hash of the code', async () => {
      const link = await api.get(LoginLinkFacade).create({ userId: 'u', name: 'U', role: 'user' });
      expect(JSON.stringify(await api.sql('SELECT * FROM login_codes'))).not.toContain(codeOf(link));
    });
  });
});
