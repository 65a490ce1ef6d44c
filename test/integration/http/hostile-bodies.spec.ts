/** Bodies that no client of ours sends: refused in words, by whatever route, with or without a login. */
import type { Ack, ProblemDetails } from '../../../src/contracts';
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
    const { status, body } = await post('/v1/login', hidden, 'application/json; charset=utf-16le');
    expect([status, body.code]).toEqual([415, 'media_type_unsupported']);
  });

  it('of more than a megabyte is too large', async () => {
    const { status, body } = await post('/v1/login', JSON.stringify({ code: 'x'.repeat(2 << 20) }));
    expect([status, body.code]).toEqual([413, 'body_too_large']);
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
