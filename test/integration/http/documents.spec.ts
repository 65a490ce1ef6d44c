/** What is served around the rooms: headers and the documents of the API. */
import type { ChannelView } from '../../../src/contracts';
import { apiDocument, mismatches, problemsOfAnswer } from '../../support/app/api-document';
import { routesOf } from '../../support/app/api-surface';
import type { TestApi } from '../../support/app/test-api';
import { ControlPlane } from '../../support/fixtures/control-plane';

let control: ControlPlane;
let api: TestApi;
beforeAll(async () => {
  control = await ControlPlane.start({ ROLE: 'api' });
  api = control.api;
}, 60_000);
afterAll(() => control.stop());

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
    expect(await (await fetch(`${api.url}/docs/mas.schema.json`)).json()).toMatchObject({
      title: 'MAS signalling',
    });
  });

  it('are what real answers are held against, in all integration tests', async () => {
    const channel = await api.must<ChannelView>('owner', 'POST', 'channels', { title: 'Mine' });
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
    const real = routesOf(api.app).filter((route) => !route.includes(' /internal/'));
    expect(documented.sort()).toEqual(real.sort());
  });

  it('have examples that fit their own schemas', () => {
    const operations = Object.values(apiDocument.paths).flatMap((path) => Object.values(path));
    const contents = operations.flatMap(({ requestBody, responses }) => [
      ...Object.values(requestBody?.content ?? {}),
      ...Object.values(responses).flatMap(({ content }) => Object.values(content ?? {})),
    ]);
    expect(contents.length).toBeGreaterThan(30);
    // Bytes have no example.
    const shown = contents.filter(({ schema }) => schema.format !== 'binary');
    // Pictures of channels and users go in and out as PNG or JPEG; a preview is a PNG, a snapshot a JPEG.
    expect(contents.length - shown.length).toBe(2 * 2 * 2 + 2);
    expect(shown.flatMap(({ schema, example }) => mismatches(schema, example, 'example'))).toEqual([]);
    const errors = Object.values(apiDocument.components.responses).flatMap(({ content }) =>
      Object.values(content ?? {}),
    );
    for (const { schema, examples = {} } of errors) {
      expect(Object.keys(examples).length).toBeGreaterThan(0);
      expect(Object.values(examples).flatMap(({ value }) => mismatches(schema, value, 'error'))).toEqual([]);
    }
  });
});
