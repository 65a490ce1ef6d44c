/** Who gets a mixer: co-hostings before conferences that are watched, and nobody more than their share. */
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { ConferenceFacade } from '../../../src/conference';
import type { ProblemDetails, WatchView } from '../../../src/contracts';
import type { MixTaskRecord } from '../../../src/mixing';
import { MixingWorkerModule } from '../../../src/mixing';
import { readConfig } from '../../../src/platform/config';
import { prepareDatabase, type TestDatabase } from '../../support/database/test-database';
import { BypassFixture } from '../../support/fixtures/bypass-fixture';
import { layout, MixingFixture, output, seats } from '../../support/fixtures/mixing-fixture';
import { until } from '../../support/waiting/until';

describe('mixers', () => {
  let database: TestDatabase;
  let mixing: MixingFixture;
  beforeAll(async () => {
    database = await prepareDatabase();
    mixing = new MixingFixture(database);
  });
  afterAll(() => database.drop());
  afterEach(() => mixing.api.stop());

  const bypass = async (ownerId = randomUUID()): Promise<MixTaskRecord> => {
    const conference = await mixing.api.get(ConferenceFacade).create({
      ...{ title: 'T', ownerId, ownerName: 'Owner', access: 'open', admitted: [] },
    });
    const reason = { type: 'bypass', id: randomUUID() } as const;
    const wanted = { channelId: mixing.live.add({ ownerId }).id, conferenceId: conference.id, reason };
    return mixing.api
      .get(DataSource)
      .transaction((tx) => mixing.facade.start({ ...wanted, layout, output, seats }, tx));
  };

  it('are for a co-hosting before the conferences that waited for longer', async () => {
    await mixing.start();
    const watched = [await bypass(), await bypass()];
    const coHosting = await mixing.begin();
    await mixing.api.stop();
    await mixing.start(MixingWorkerModule, { MIXER_CONCURRENCY: 1 });
    await mixing.running(coHosting.id);
    expect((await Promise.all(watched.map(({ id }) => mixing.read(id)))).map(({ state }) => state)).toEqual([
      ...['queued', 'queued'],
    ]);
    await mixing.end(coHosting.id);
    await until(async () => (await mixing.read(watched[0]!.id)).state === 'running');
    for (const { id } of watched) await mixing.end(id);
  });

  it('are not taken by conferences that would wait, nor the last of them, however many ask at once', async () => {
    await mixing.start(MixingWorkerModule, { MIXER_CONCURRENCY: 4 });
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => bypass()));
    const begun = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const refusals = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [answer.reason as unknown] : [],
    );
    expect(begun).toHaveLength(3);
    expect(refusals[0]).toMatchObject({ code: 'mixers_busy', args: { retryAfterMs: 10_000 } });
    const coHosting = await mixing.begin();
    await mixing.running(coHosting.id);
    for (const { id } of [...begun, coHosting]) await mixing.end(id);
  });
});

describe('conferences that are watched', () => {
  let fixture: BypassFixture;
  beforeAll(async () => {
    const limits = { ...readConfig({}).limits, bypassMixesPerUser: 2 };
    fixture = await BypassFixture.start({ limits, MIXER_CONCURRENCY: 4, BYPASS_IDLE_MS: 60_000 });
  }, 60_000);
  afterAll(() => fixture.stop());

  const watch = (conferenceId: string) =>
    fixture.as<WatchView & ProblemDetails>(
      'viewer',
      'POST',
      `conferences/${conferenceId}/watch?waitMs=10000`,
    );

  it('are on the air within their owner’s share; the next is told why not, at once', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) ids.push((await fixture.conference('open', `ann-${i}`)).id);
    const answers = await Promise.all(ids.map(watch));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(2);
    expect(refused[0]!.body).toMatchObject({
      code: 'limit_reached',
      args: { name: 'bypassMixesPerUser', limit: 2 },
    });
  });

  it('are told when all mixers are busy, at once and with a time', async () => {
    const { body } = await fixture.as<{ id: string }>('other', 'POST', 'conferences', { access: 'open' });
    await fixture.enter('ann-other', body.id);
    await fixture.sql('UPDATE mix_workers SET slots = 2');
    const refused = await watch(body.id);
    expect(refused).toMatchObject({ status: 503, body: { code: 'mixers_busy' } });
    expect(refused.headers.get('retry-after')).toBe('10');
    await fixture.sql('UPDATE mix_workers SET slots = 4');
    expect(await watch(body.id)).toMatchObject({ status: 200, body: { status: 'live' } });
  });
});

describe('conferences of one owner', () => {
  let fixture: BypassFixture;
  beforeAll(async () => {
    fixture = await BypassFixture.start({ MIXER_CONCURRENCY: 4, BYPASS_IDLE_MS: 60_000 });
  }, 60_000);
  afterAll(() => fixture.stop());

  it('are on the air within their share of all mixers; whoever asks for more is told why, at once', async () => {
    const watch = async () => {
      const { id } = await fixture.conference('open', `ann-${randomUUID()}`);
      const answer = await fixture.as<WatchView & ProblemDetails>(
        ...(['viewer', 'POST', `conferences/${id}/watch?waitMs=10000`] as const),
      );
      return { id, answer };
    };
    for (let i = 0; i < 2; i++) expect((await watch()).answer).toMatchObject({ status: 200 });
    const { id, answer } = await watch();
    const why = { code: 'limit_reached', args: { name: 'mixerSharePerUser', limit: 50 } };
    expect(answer).toMatchObject({ status: 409, body: why });
    expect(await fixture.live(id)).toMatchObject({ state: 'idle', reason: 'limit_reached' });
    await fixture.sql('UPDATE mix_workers SET slots = 6');
    expect((await watch()).answer).toMatchObject({ status: 200 });
  });
});
