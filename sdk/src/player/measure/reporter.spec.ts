import type { QualityReport } from '../../contracts';
import { platformOf } from '../../platform';
import { restApi } from '../../rest/api';
import { Http } from '../../rest/http';
import { TokenSource } from '../../rest/token-source';
import { ServerClock } from '../../util/server-clock';
import { reporter } from './reporter';

const report: QualityReport = {
  ...{ protocol: 'flv', playedMs: 1000, stalls: 0, stalledMs: 0, handOvers: [] },
};

describe('a reporter', () => {
  let asked: { url: string; init: RequestInit }[];
  let answer: () => Promise<Response>;

  function open() {
    const fetch = (url: string, init: RequestInit) => {
      asked.push({ url, init });
      return answer();
    };
    const http = new Http({
      baseUrl: 'http://api',
      platform: platformOf({ fetch: fetch as typeof globalThis.fetch }),
      tokens: new TokenSource(() => 'secret'),
      clock: new ServerClock(),
    });
    return reporter(restApi(http), 'channel');
  }

  beforeEach(() => {
    jest.useFakeTimers();
    asked = [];
    answer = () => Promise.resolve(new Response(null, { status: 204 }));
  });
  afterEach(() => jest.useRealTimers());

  it('sends on while the page goes, with the token in a header only', async () => {
    open()(report);
    await jest.runAllTimersAsync();
    const [{ url, init }] = asked as [{ url: string; init: RequestInit }];
    expect(url).toBe('http://api/v1/channels/channel/quality');
    expect(init).toMatchObject({ method: 'POST', keepalive: true, body: JSON.stringify(report) });
    const headers = new Headers(init.headers);
    expect(headers.get('authorization')).toBe('Bearer secret');
    expect(headers.has('idempotency-key')).toBe(false);
  });

  it.each<[string, () => Promise<Response>]>([
    ['lost', () => Promise.reject(new TypeError('fetch failed'))],
    ['asked to come again', () => Promise.resolve(new Response('{"code":"rate_limited"}', { status: 429 }))],
    ['not known', () => Promise.resolve(new Response('', { status: 404 }))],
    ['refused', () => Promise.resolve(new Response('{"code":"token_invalid"}', { status: 401 }))],
  ])('sends once what is %s, and goes on with the next', async (_, how) => {
    answer = how;
    const send = open();
    send(report);
    await jest.runAllTimersAsync();
    expect(asked).toHaveLength(1);
    send(report);
    await jest.runAllTimersAsync();
    expect(asked).toHaveLength(2);
  });

  it('drops what comes while three are under way', async () => {
    const answers: ((response: Response) => void)[] = [];
    answer = () => new Promise((resolve) => answers.push(resolve));
    const send = open();
    for (let i = 0; i < 5; i++) send(report);
    await jest.runAllTimersAsync();
    expect(asked).toHaveLength(3);
    answers[0]!(new Response(null, { status: 204 }));
    await jest.runAllTimersAsync();
    send(report);
    await jest.runAllTimersAsync();
    expect(asked).toHaveLength(4);
  });
});
