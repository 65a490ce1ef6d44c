import type { ProblemDetails } from '../../../src/contracts';
import { TestApi } from '../../support/app/test-api';
import { ControlPlane } from '../../support/fixtures/control-plane';

let control: ControlPlane;
let api: TestApi;
beforeAll(async () => {
  control = await ControlPlane.start({ ROLE: 'api', RATE_LIMIT_PER_MINUTE: 60 });
  api = control.api;
}, 60_000);
afterAll(() => control.stop());

describe('rate limits', () => {
  it('hold for each user, and say where they stand', async () => {
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
    let strict: TestApi;
    beforeAll(async () => {
      strict = await TestApi.start({ config: { ROLE: 'api', RATE_LIMIT_ADDRESS_PER_MINUTE: 3 } });
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
      expect(statuses).toEqual([200, 200, 200, 429]);
    });
  });
});
