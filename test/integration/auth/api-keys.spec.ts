import { randomUUID } from 'node:crypto';
import type {
  ApiKeyCreatedView,
  ApiKeyView,
  ListView,
  ProblemDetails,
  TokenView,
} from '../../../src/contracts';
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

    expect((await mint(key, user)).status).toBe(200);
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
    expect((await mint(api.config.API_KEY, user)).status).toBe(200);
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
