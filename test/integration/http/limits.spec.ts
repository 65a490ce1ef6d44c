/** What one user may have: asked for one by one and all at once. */
import type { BypassLiveView, ChannelView, ConferenceView, ProblemDetails } from '../../../src/contracts';
import { type Limits, readConfig } from '../../../src/platform/config';
import { TestApi } from '../../support/app/test-api';
import type { ImClient } from '../../support/app/im-client';
import { until } from '../../support/waiting/until';

const few: Partial<Limits> = {
  ...{ channelsPerUser: 3, conferencesPerUser: 3, socketsPerUser: 3, webhooks: 3 },
  ...{ outputPixels: 1280 * 720, outputFps: 30, chatWaiting: 5 },
};

describe('limits', () => {
  let api: TestApi;
  beforeAll(async () => {
    const limits = { ...readConfig({}).limits, ...few };
    api = await TestApi.start({ config: { limits, WEBHOOK_ALLOW_PRIVATE: true } });
  });
  afterAll(() => api.stop());

  const atOnce = async (userId: string, path: string, body: object) => {
    const ask = () => api.as<ProblemDetails>(userId, 'POST', path, body);
    return Promise.all(Array.from({ length: 12 }, ask));
  };

  it.each([
    ['channels', 'channelsPerUser', 'ann', { title: 'T' }],
    ['conferences', 'conferencesPerUser', 'ann', {}],
    ['webhooks', 'webhooks', 'admin', { url: 'http://127.0.0.1:9/' }],
  ])('of %s hold also for requests that come at once', async (path, name, userId, body) => {
    const answers = await atOnce(userId, path, body);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(9);
    expect(refused[0]?.body).toMatchObject({ code: 'limit_reached', args: { name, limit: 3 } });
  });

  it('count what there is: of that user, and not over', async () => {
    expect((await api.as('ben', 'POST', 'channels', { title: 'T' })).status).toBe(201);
    const made = await api.must<ConferenceView>('cat', 'POST', 'conferences', {});
    for (let i = 0; i < 2; i++) await api.must('cat', 'POST', 'conferences', {});
    expect((await api.as('cat', 'POST', 'conferences', {})).status).toBe(409);
    await api.as('cat', 'DELETE', `conferences/${made.id}`);
    expect((await api.as('cat', 'POST', 'conferences', {})).status).toBe(201);
  });

  it('of a mix’s picture are an admin’s to exceed', async () => {
    const { id, output } = await api.must<ChannelView>('dan', 'POST', 'channels', { title: 'T' });
    const wide = { output: { ...output, width: 1920, height: 1080 } };
    const fast = { output: { ...output, fps: 60 } };
    const { body: conference } = await api.as<ConferenceView>('dan', 'POST', 'conferences', {});
    for (const path of [`channels/${id}`, `bypass-lives/${conference.id}`]) {
      for (const [patch, name] of [
        [wide, 'outputPixels'],
        [fast, 'outputFps'],
      ] as const) {
        const refused = await api.as<ProblemDetails>('dan', 'PATCH', path, patch);
        expect(refused).toMatchObject({ status: 409, body: { code: 'limit_reached', args: { name } } });
        expect(await api.as<BypassLiveView>('admin', 'PATCH', path, patch)).toMatchObject({
          status: 200,
          body: patch,
        });
      }
    }
  });

  it('of connections hold also for those that come at once, and count who is there', async () => {
    const connect = () => api.connect('eve').catch((error: Error & { data?: ProblemDetails }) => error);
    const all = await Promise.all(Array.from({ length: 8 }, connect));
    const open = () => all.filter((one): one is ImClient => !(one instanceof Error) && one.socket.connected);
    await until(() => open().length === 3);
    const refused = await connect();
    expect((refused as { data?: ProblemDetails }).data).toMatchObject({
      ...{ code: 'limit_reached', args: { name: 'socketsPerUser', limit: 3 } },
    });
    open()[0]!.close();
    let again: ImClient | Error = new Error();
    await until(async () => !((again = await connect()) instanceof Error));
    for (const one of [...open(), again as unknown as ImClient]) one.close();
  });

  it('of messages that wait for the database hold over all rooms', async () => {
    const { id: channelId } = await api.must<ChannelView>('fay', 'POST', 'channels', { title: 'T' });
    const people = await Promise.all(['u1', 'u2'].map((userId) => api.connect(userId)));
    for (const person of people) await person.must('room:join', { channelId });
    const text = 'hello';
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => people[i % 2]!.ask('room:send', { channelId, text })),
    );
    const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({
      code: 'limit_reached',
      args: { name: 'chatWaiting', retryAfterSeconds: 1 },
    });
    expect((await people[0]!.ask('room:history', { channelId, afterSeq: 0 })).ok).toBe(true);
    for (const person of people) person.close();
  });
});
