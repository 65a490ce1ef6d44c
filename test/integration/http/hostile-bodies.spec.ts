/** Bodies that no client of ours sends: refused in words, by whatever route, with or without a login. */
import type { ProblemDetails } from '../../../src/contracts';
import { TestApi } from '../../support/app/test-api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
}, 60_000);
afterAll(() => api.stop());

const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

async function post(path: string, body: string | Buffer, type = 'application/json', token?: string) {
  const response = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': type, ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: new Blob([body]),
  });
  return { status: response.status, body: (await response.json()) as ProblemDetails };
}

describe('a hostile body', () => {
  it.each(['/v1/tokens', '/v1/login', '/v1/channels', '/internal/nodes/node-1/report'])(
    'nested 1,500 levels deep is a bad request to %s',
    async (path) => {
      for (const token of [undefined, await api.token('ann')]) {
        const { status, body } = await post(path, deep(1500), undefined, token);
        expect([status, body.code]).toEqual([400, 'invalid_input']);
      }
    },
  );

  it('that hides its depth in another encoding is refused too', async () => {
    const hidden = Buffer.from(`${'\u5b22'.repeat(10)}${deep(1500)}`, 'utf16le');
    const { status } = await post('/v1/login', hidden, 'application/json; charset=utf-16le');
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });
});
