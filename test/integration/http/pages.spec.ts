/** What answers at addresses that are no operation of the API. */
import { request } from 'node:http';
import { TestApi } from '../../support/app/test-api';

let api: TestApi;
beforeAll(async () => (api = await TestApi.start()));
afterAll(() => api.stop());

interface Reply {
  status: number;
  type: string;
  location: string | undefined;
  body: string;
}
/** As it stands: `fetch` would tidy the path up. */
function get(path: string): Promise<Reply> {
  const { hostname, port } = new URL(api.url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, headers: { accept: 'text/html' } }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        const { 'content-type': type = '', location } = response.headers;
        resolve({ status: response.statusCode ?? 0, type, location, body });
      });
    });
    asked.on('error', reject).end();
  });
}

it.each(['/v1/channels/%2f..', '/v1/..%2f..', '/v1/%2e%2e/x', '/v1/nothing', '/v1/channels/%ff'])(
  'of the API are answered as the API answers: %s',
  async (path) => {
    const { status, type, body } = await get(path);
    expect([400, 401, 404]).toContain(status);
    expect(type).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(body)).toMatchObject({ status, code: expect.any(String) as string });
  },
);

it('of the documents lead to them, with and without a slash', async () => {
  expect(await get('/docs/')).toMatchObject({ status: 308, location: '/docs' });
  expect(await get('/docs')).toMatchObject({ status: 200, type: expect.stringMatching(/html/) as string });
});
