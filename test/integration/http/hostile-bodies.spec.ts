/** Bodies that no client of ours sends: refused in words, by whatever route, with or without a login. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { NodeCredential, parseNodeKey } from '../../../src/auth';
import type { Ack, ProblemDetails } from '../../../src/contracts';
import { TestApi } from '../../support/app/test-api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
}, 60_000);
afterAll(() => api.stop());

const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

async function post(
  path: string,
  body: string | Buffer,
  type = 'application/json',
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body: new Blob([body]),
  });
  return { status: response.status, body: (await response.json()) as ProblemDetails };
}

describe('a hostile body', () => {
  it.each(['/v1/tokens', '/v1/channels', '/internal/nodes/node-1/report'])(
    'nested 1,500 levels deep is a bad request to %s, of who may ask, and nothing to others',
    async (path) => {
      const { secret } = parseNodeKey(api.signer.nodeKey('node-1'));
      const logins: Record<string, Record<string, string>> = {
        '/v1/tokens': { 'x-api-key': api.config.API_KEY },
        '/v1/channels': { authorization: `Bearer ${await api.token('ann')}` },
        '/internal/nodes/node-1/report': { authorization: `Bearer ${new NodeCredential(secret).token()}` },
      };
      for (const [headers, expected] of [
        [logins[path], [400, 'invalid_input']],
        [{}, [401, expect.anything()]],
      ] as const) {
        const { status, body } = await post(path, deep(1500), undefined, headers);
        expect([status, body.code]).toEqual(expected);
      }
    },
  );

  it('nested 1,500 levels deep is a bad request to who asks for a login', async () => {
    const { status, body } = await post('/v1/login', deep(1500));
    expect([status, body.code]).toEqual([400, 'invalid_input']);
  });

  it.each(['/v1/tokens', '/v1/channels', '/internal/nodes/node-1/report', '/v1/nowhere'])(
    'is not waited for where nobody may send one: %s',
    async (path) => {
      const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
      const head = [`POST ${path} HTTP/1.1`, 'Host: x', 'Content-Type: application/json'];
      // A megabyte is announced, and none of it comes.
      socket.write(`${head.join('\r\n')}\r\nContent-Length: ${1 << 20}\r\n\r\n`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1.1 40[14] /);
      socket.destroy();
    },
  );

  it('that hides its depth in another encoding is refused too', async () => {
    const hidden = Buffer.from(`${'\u5b22'.repeat(10)}${deep(1500)}`, 'utf16le');
    const { status, body } = await post('/v1/login', hidden, 'application/json; charset=utf-16le');
    expect([status, body.code]).toEqual([415, 'media_type_unsupported']);
  });

  it('of more than a megabyte is too large, and less is for a stranger', async () => {
    const headers = { authorization: `Bearer ${await api.token('ann')}` };
    for (const [path, size, given, limit] of [
      ['/v1/channels', 2 << 20, headers, 1 << 20],
      ['/v1/login', 20_000, {}, 16 << 10],
    ] as const) {
      const { status, body } = await post(path, JSON.stringify({ code: 'x'.repeat(size) }), undefined, given);
      expect([status, body.code, body.args]).toEqual([413, 'body_too_large', { limit }]);
    }
  });

  it('of a socket is answered in its acknowledgement, and the connection goes on', async () => {
    const client = await api.connect('ann');
    const ask = client.socket.emitWithAck.bind(client.socket) as (
      event: string,
      body: unknown,
    ) => Promise<Ack<unknown>>;
    const codes = [
      await ask('room:explode', {}),
      await ask('room:join', JSON.parse(deep(1500))),
      await ask('room:join', { channelId: 'x'.repeat(50_000) }),
    ].map((answer) => (answer.ok ? 'ok' : answer.error.code));
    expect(codes).toEqual(['unknown_event', 'invalid_input', 'body_too_large']);
    expect(client.socket.connected).toBe(true);
    client.close();
  });
});
