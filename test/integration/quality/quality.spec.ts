/** What players report: who may, what becomes of it, and what owners see; with two processes. */
import type {
  ChannelView,
  HandOverView,
  ListView,
  PlaybackView,
  ProblemDetails,
  QualityMinuteView,
  QualityReport,
} from '../../../src/contracts';
import { KEPT, readConfig } from '../../../src/platform/config';
import { RetentionSweep } from '../../../src/platform/retention/retention.sweep';
import { Histogram } from '../../../src/quality/histogram';
import { QualityFlush } from '../../../src/quality/quality-flush';
import { QualityRepository } from '../../../src/quality/quality.repository';
import type { ImClient } from '../../support/app/im-client';
import type { TestApi } from '../../support/app/test-api';
import { ControlPlane } from '../../support/fixtures/control-plane';
import { until } from '../../support/waiting/until';

let control: ControlPlane;
let other: TestApi;
let id: string;
let host: ImClient;
beforeAll(async () => {
  const kept = Object.fromEntries(Object.keys(KEPT).map((name) => [name, 10]));
  const retention = { ...readConfig({}).retention, ...(kept as object) };
  control = await ControlPlane.start({ ROLE: 'api', retention });
  await startBoth();
}, 60_000);
afterAll(() => control.stop());

/** All reports come in one minute, whenever the tests run. */
const nowMs = Date.now();
const inOneMinute = (api: TestApi) => {
  const { book } = api.get(QualityFlush);
  const add = book.add.bind(book);
  jest.spyOn(book, 'add').mockImplementation((channelId, report) => add(channelId, report, nowMs));
  return api;
};
const startBoth = async () => {
  inOneMinute(control.api);
  other = inOneMinute(await control.startApi());
};

afterEach(async () => {
  control.everybodyLeaves();
  await flush();
});

/** Resolves when the room is told that this is on the air, at this version. */
const shows = (source: string, sourceVersion: number) =>
  host.until(
    ([name, p]) => name === 'live:source' && p.source === source && p.sourceVersion === sourceVersion,
  );

beforeEach(async () => {
  ({ id } = await control.api.must<ChannelView>('host', 'POST', 'channels', { title: 'Show' }));
  host = await control.online('host', id);
  await control.push(id);
  await shows('host', 1);
});

const report = (more: object = {}): QualityReport => ({
  ...{ protocol: 'flv', playedMs: 15_000, stalls: 0, stalledMs: 0, handOvers: [] },
  ...more,
});
const send = (who: string, body: unknown = report(), api = control.api) =>
  api.as<ProblemDetails | null>(who, 'POST', `channels/${id}/quality`, body);
const code = async (...sent: Parameters<typeof send>) => {
  const { status, body } = await send(...sent);
  return body?.code ?? status;
};
const flush = async () => {
  for (const api of control.apis) await api.get(QualityFlush).sweep();
};
const list = <T>(what: string, query = '') =>
  control.api.must<ListView<T>>('host', 'GET', `channels/${id}/${what}${query}`);
const minutes = async () => (await list<QualityMinuteView>('quality')).items;
const handOvers = async () => (await list<HandOverView>('hand-overs')).items;

describe('a hand-over', () => {
  it('has a version and a row, with what viewers saw of it', async () => {
    await control.node.publish(id, 'mix', 7);
    await shows('mix', 2);
    await control.node.unpublish(id, 'mix');
    await shows('host', 3);
    expect(await control.api.must('viewer', 'GET', `channels/${id}`)).toMatchObject({ sourceVersion: 3 });
    const told = await (await control.online('viewer')).must('room:join', { channelId: id });
    expect(told).toMatchObject({ source: 'host', sourceVersion: 3 });

    const saw = (gapMs: number) => report({ handOvers: [{ sourceVersion: 2, gapMs }] });
    for (const gapMs of [40, 41.7, 42, 800]) expect(await code('viewer', saw(gapMs))).toBe(204);
    await flush();
    const now = expect.any(String) as string;
    expect(await handOvers()).toEqual([
      { sourceVersion: 3, at: now, from: 'mix', to: 'host', gapMs: null },
      {
        sourceVersion: 2,
        at: now,
        from: 'host',
        to: 'mix',
        gapMs: expect.objectContaining({ count: 4 }) as object,
      },
      { sourceVersion: 1, at: now, from: 'none', to: 'host', gapMs: null },
    ]);
    const { gapMs } = (await handOvers())[1]!;
    expect(gapMs).toMatchObject({ p95: 800, max: 800 });
    expect(Math.abs(gapMs!.p50 - 42)).toBeLessThanOrEqual(2);
  });

  it('that nobody has had is left out, and the rest of the report counts', async () => {
    expect(await code('viewer', report({ handOvers: [{ sourceVersion: 99, gapMs: 5000 }] }))).toBe(204);
    await flush();
    expect((await handOvers()).map(({ gapMs }) => gapMs)).toEqual([null]);
    expect(await minutes()).toMatchObject([{ reports: 1 }]);
  });

  it('of long ago has its figures', async () => {
    await control.sql(`UPDATE hand_overs SET at = now() - interval '11 minutes'`);
    expect(await code('viewer', report({ handOvers: [{ sourceVersion: 1, gapMs: 70 }] }))).toBe(204);
    await flush();
    expect((await handOvers())[0]?.gapMs).toBeNull();
  });
});

describe('reports', () => {
  it('to several processes, in several turns, become one row', async () => {
    for (const [i, startMs] of [200, 400, 5_000].entries()) {
      const one = report({ startMs, latencyMs: 900, stalls: 1, stalledMs: 250, protocol: 'hls' });
      expect(await code(`viewer-${i}`, one, i === 1 ? other : control.api)).toBe(204);
      if (i === 0) await flush();
    }
    await flush();
    const rows = await minutes();
    const sums = { reports: 3, playedMs: 45_000, stalls: 3, stalledMs: 750, protocols: { hls: 3 } };
    expect(rows).toMatchObject([{ ...sums, startMs: { count: 3, max: 5_000 } }]);
    expect(Math.abs(rows[0]!.startMs!.p50 / 400 - 1)).toBeLessThan(0.05);
    expect(rows[0]?.latencyMs).toEqual({ count: 3, p50: 900, p95: 900, max: 900 });
  });

  it('that could not be written down are written later', async () => {
    await send('viewer');
    const write = jest
      .spyOn(QualityRepository.prototype, 'write')
      .mockRejectedValueOnce(new Error('not now'));
    await control.api.get(QualityFlush).sweep();
    write.mockRestore();
    expect(await minutes()).toEqual([]);
    await send('viewer');
    await flush();
    expect(await minutes()).toMatchObject([{ reports: 2 }]);
  });

  it('are there after a restart', async () => {
    await send('viewer');
    await control.restart();
    await startBoth();
    expect(await minutes()).toMatchObject([{ reports: 1 }]);
  });

  it('are from those who may watch', async () => {
    await control.as('host', 'POST', `channels/${id}/viewer-bans`, { userId: 'zoe' });
    expect(await code('zoe')).toBe('banned_from_watching');
    const token = await control.api.token('viewer', { channels: [] });
    const answer = await control.api.request('POST', `/v1/channels/${id}/quality`, { token, body: report() });
    expect(answer).toMatchObject({ status: 403, body: { code: 'not_granted' } });
    await control.as('admin', 'POST', `channels/${id}/suspension`, { note: 'x' });
    expect(await code('viewer')).toBe('channel_suspended');
    await flush();
    expect(await minutes()).toEqual([]);
  });

  it('of one user are so many a minute', async () => {
    for (let i = 0; i < 30; i++) expect(await code('eager')).toBe(204);
    expect(await send('eager')).toMatchObject({
      status: 429,
      body: { code: 'rate_limited', args: { retryAfterMs: expect.any(Number) as number } },
    });
    expect(await code('viewer')).toBe(204);
  });

  it.each([
    [null],
    [[]],
    [{}],
    [report({ protocol: 'rtmp' })],
    [report({ playedMs: 0 })],
    [report({ playedMs: 120_001 })],
    [report({ playedMs: '15000' })],
    [report({ playedMs: 1e308 })],
    [report({ stalls: -1 })],
    [report({ stalls: 0.5 })],
    [report({ stalls: 601 })],
    [report({ stalledMs: 120_001 })],
    [report({ stalledMs: null })],
    [report({ startMs: -1 })],
    [report({ startMs: null })],
    [report({ latencyMs: 3_600_001 })],
    [report({ latencyMs: {} })],
    [report({ handOvers: null })],
    [report({ handOvers: [null] })],
    [report({ handOvers: [1] })],
    [report({ handOvers: [[{ sourceVersion: 1, gapMs: 1 }]] })],
    [report({ handOvers: [{ sourceVersion: 1 }] })],
    [report({ handOvers: [{ sourceVersion: 2 ** 31, gapMs: 1 }] })],
    [report({ handOvers: [{ sourceVersion: 0, gapMs: 1 }] })],
    [report({ handOvers: [{ sourceVersion: 1, gapMs: -1 }] })],
    [report({ handOvers: [1, 1].map((sourceVersion) => ({ sourceVersion, gapMs: 1 })) })],
    [report({ handOvers: Array.from({ length: 21 }, (_, i) => ({ sourceVersion: i + 1, gapMs: 1 })) })],
    [report({ more: 1 })],
  ])('of no sense are refused: %j', async (body) => {
    const { status, body: answer } = await send(`odd-${Math.random()}`, body);
    expect({ status, code: answer?.code }).toEqual({ status: 400, code: 'invalid_input' });
    expect(control.api.get(QualityFlush).book.size).toBe(0);
  });

  it('of the largest numbers are taken', async () => {
    const largest = report({
      playedMs: 120_000,
      stalls: 600,
      stalledMs: 120_000,
      startMs: 3_600_000,
      latencyMs: 3_600_000,
    });
    for (let i = 0; i < 20; i++) expect(await code('viewer', largest)).toBe(204);
    await flush();
    const startMs = { count: 20, p50: expect.any(Number) as number, p95: 3_600_000, max: 3_600_000 };
    expect(await minutes()).toMatchObject([{ playedMs: 2_400_000, startMs }]);
  });

  it('are measured in the process that took them', async () => {
    const handOvers = [
      { sourceVersion: 1, gapMs: 40 },
      { sourceVersion: 99, gapMs: 5000 },
    ];
    await send('viewer', report({ startMs: 1_250, stalledMs: 1_500, protocol: 'native-hls', handOvers }));
    const text = String((await control.api.request('GET', '/metrics', { as: 'admin' })).body);
    expect(text).toMatch(/lianmai_viewer_start_seconds_bucket\{le="1.5",protocol="native-hls"\} 1\n/);
    expect(text).toContain('lianmai_viewer_start_max_seconds{protocol="native-hls"} 1.25\n');
    expect(text).toMatch(/lianmai_viewer_hand_over_gap_seconds_count\{protocol="native-hls"\} 1\n/);
    expect(text).toMatch(/lianmai_viewer_stalled_ratio_sum\{protocol="native-hls"\} 0.1\n/);
  });
});

describe('lists', () => {
  const walk = async <T>(what: string, query = '') => {
    const seen: T[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: ListView<T> = await list(what, `?limit=1${query}${cursor && `&cursor=${cursor}`}`);
      expect(page.items.length).toBeLessThanOrEqual(1);
      seen.push(...page.items);
      cursor = page.nextCursor;
    }
    return seen;
  };
  const at = (minute: number) => `2026-11-20T19:0${minute}:00.000Z`;

  it('go from the newest to the oldest, page by page, or to a moment', async () => {
    for (const minute of [1, 3, 2]) {
      const line = { reports: 1, playedMs: 1, stalls: 0, stalledMs: 0, protocols: {} };
      const [start, latency] = [new Histogram(), new Histogram()];
      const minuteMs = Date.parse(at(minute));
      await control.api
        .get(QualityRepository)
        .write({ minutes: [{ ...line, channelId: id, minuteMs, start, latency }], handOvers: [] });
    }
    const seen = async (query = '') =>
      (await walk<QualityMinuteView>('quality', query)).map(({ minute }) => minute);
    expect(await seen()).toEqual([at(3), at(2), at(1)]);
    expect(await seen(`&since=${at(2)}`)).toEqual([at(3), at(2)]);
    await control.node.publish(id, 'mix', 7);
    await shows('mix', 2);
    expect((await walk<HandOverView>('hand-overs')).map((one) => one.sourceVersion)).toEqual([2, 1]);
    expect(await walk('hand-overs', '&since=2100-01-01T00:00:00Z')).toEqual([]);
  });

  it.each([
    'since=yesterday',
    'since=2026-13-01T00:00:00Z',
    'since=5',
    'cursor=x',
    'cursor=WyItMSJd',
    'limit=0',
  ])('refuse %s', async (query) => {
    for (const what of ['quality', 'hand-overs']) {
      const answer = await control.as('host', 'GET', `channels/${id}/${what}?${query}`);
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    }
  });
});

describe('an audience', () => {
  const everyMs = async () =>
    (await control.api.must<PlaybackView>('viewer', 'GET', `channels/${id}/playback`)).reportEveryMs;

  it('is asked to report where it is small, and hardly where it is very large', async () => {
    expect(await everyMs()).toBe(15_000);
    await control.sql('UPDATE channels SET viewers = 2000000000 WHERE id = $1', [id]);
    expect(await everyMs()).toBeNull();
  });
});

describe('figures', () => {
  const rows = async () => {
    const [row] = await control.sql<{ minutes: number; handOvers: number }[]>(
      `SELECT (SELECT count(*)::int FROM quality_minutes WHERE channel_id = $1) AS minutes,
         (SELECT count(*)::int FROM hand_overs WHERE channel_id = $1) AS "handOvers"`,
      [id],
    );
    return row;
  };

  it('are kept for so many days', async () => {
    await send('viewer');
    await flush();
    const age = async (days: number) => {
      const set = (column: string) => `${column} = now() - ${days} * interval '1 day' WHERE channel_id = $1`;
      await control.sql(`UPDATE quality_minutes SET ${set('minute')}`, [id]);
      await control.sql(`UPDATE hand_overs SET ${set('at')}`, [id]);
      await control.api.get(RetentionSweep).sweep();
    };
    await age(9);
    expect(await rows()).toEqual({ minutes: 1, handOvers: 1 });
    await age(11);
    expect(await rows()).toEqual({ minutes: 0, handOvers: 0 });
  });

  it('go with their channel', async () => {
    await send('viewer');
    await flush();
    await control.api.must('host', 'DELETE', `channels/${id}`);
    await untilGone();
  });

  const untilGone = () => until(async () => JSON.stringify(await rows()) === '{"minutes":0,"handOvers":0}');
});
