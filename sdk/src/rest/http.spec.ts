import { type LianmaiError } from '../errors';
import { platformOf } from '../platform';
import { ServerClock } from '../util/server-clock';
import { Http, type Method } from './http';
import { TokenSource } from './token-source';

interface Asked {
  method: string;
  key: string | null;
  token: string | null;
}

const problem = (status: number, code: string, args = {}) =>
  new Response(JSON.stringify({ type: '', title: '', status, code, detail: '', args }), { status });
const done = () => new Response('{"ok":true}');
const lost = () => Promise.reject(new TypeError('fetch failed'));

/** As fetch does it: the body ends with the signal too. */
function withinSignal(response: Response, ended: Promise<never>): () => Promise<string> {
  const text = response.text.bind(response);
  return () => Promise.race([text(), ended]);
}

describe('Http', () => {
  let asked: Asked[];
  let answers: (() => Response | Promise<Response>)[];
  let tokens: string[];

  function http(): Http {
    const fetch: typeof globalThis.fetch = (_, init) => {
      const headers = new Headers(init?.headers);
      asked.push({
        method: init?.method ?? '',
        key: headers.get('idempotency-key'),
        token: headers.get('authorization'),
      });
      const ended = new Promise<never>((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
      return Promise.race([(answers.shift() ?? done)(), ended]).then((response) =>
        Object.assign(response, { text: withinSignal(response, ended) }),
      );
    };
    return new Http({
      baseUrl: 'http://api',
      platform: platformOf({ fetch }),
      tokens: new TokenSource(() => tokens.shift() ?? 'last'),
      clock: new ServerClock(),
    });
  }
  /** Its waits pass at once. */
  async function request(method: Method, options = {}): Promise<unknown> {
    const asking = http()
      .request(method, '/v1/x', undefined, options)
      .catch((error: LianmaiError) => error.code);
    await jest.runAllTimersAsync();
    return asking;
  }

  beforeEach(() => {
    jest.useFakeTimers();
    [asked, answers, tokens] = [[], [], ['one', 'two']];
  });
  afterEach(() => jest.useRealTimers());

  it.each<[string, Method]>([
    ['reads', 'GET'],
    ['posts', 'POST'],
    ['changes', 'PATCH'],
  ])('%s again what got no answer, under one key', async (_, method) => {
    answers = [
      lost,
      () => problem(503, 'overloaded', { retryAfterMs: 1000 }),
      () => new Response('', { status: 502 }),
    ];
    expect(await request(method)).toEqual({ ok: true });
    expect(asked).toHaveLength(4);
    const keys = new Set(asked.map(({ key }) => key));
    expect([keys.size, keys.has(null)]).toEqual([1, method !== 'POST']);
  });

  it('gives up after a few tries, and at once on what another try would not change', async () => {
    answers = [lost, lost, lost, lost, done];
    expect(await request('GET')).toBe('network');
    expect(asked).toHaveLength(4);
    answers = [() => problem(409, 'limit_reached'), done];
    expect(await request('POST')).toBe('limit_reached');
    answers = [() => problem(429, 'rate_limited', { retryAfterMs: 60_000 }), done];
    expect(await request('GET')).toBe('rate_limited');
    expect(asked).toHaveLength(6);
  });

  it('asks again where a network swallows the request, or the rest of its answer', async () => {
    const swallowed = () => new Promise<Response>(() => undefined);
    const half = () => new Response(new ReadableStream({ start: (body) => body.enqueue(Buffer.from('{')) }));
    answers = [swallowed, half];
    expect(await request('GET')).toEqual({ ok: true });
    expect(asked).toHaveLength(3);
  });

  it('takes a second answer to a removal, whose first was lost, for done', async () => {
    answers = [lost, () => problem(404, 'channel_not_found')];
    expect(await request('DELETE')).toBeUndefined();
    answers = [() => problem(404, 'channel_not_found')];
    expect(await request('DELETE')).toBe('channel_not_found');
  });

  it('asks for another token when one is refused, and tells when there is no other', async () => {
    answers = [() => problem(401, 'token_invalid')];
    expect(await request('GET')).toEqual({ ok: true });
    expect(asked.map(({ token }) => token)).toEqual(['Bearer one', 'Bearer two']);
    tokens = ['same', 'same'];
    answers = [() => problem(401, 'token_invalid'), done];
    expect(await request('GET')).toBe('token_invalid');
  });

  it('does not repeat a login', async () => {
    answers = [lost, done];
    expect(await request('POST', { signed: false })).toBe('network');
    expect(asked).toEqual([{ method: 'POST', key: null, token: null }]);
  });

  it('ends with its signal, while it waits too', async () => {
    answers = [() => problem(503, 'overloaded', { retryAfterMs: 4000 })];
    const abort = new AbortController();
    const asking = http().request('GET', '/v1/x', undefined, { signal: abort.signal });
    const ended = expect(asking).rejects.toThrow('enough');
    await jest.advanceTimersByTimeAsync(1000);
    abort.abort(new Error('enough'));
    await ended;
    expect(asked).toHaveLength(1);
  });
});
