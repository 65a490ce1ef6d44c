import type { ChannelView, InvitationView } from '../../../src/contracts';
import { ImClient } from '../../support/app/im-client';
import { ApiProcess } from '../../support/app/api-process';

/** What a limited token is good for holds for signals as it does for REST. */
describe('a device with a token for one channel', () => {
  let api: ApiProcess;
  let granted: string;
  let other: string;
  const open: ImClient[] = [];
  beforeAll(async () => {
    api = await ApiProcess.start();
    [granted, other] = await Promise.all([channel(), channel()]);
  }, 60_000);
  afterAll(() => api?.stop());
  afterEach(() => open.splice(0).forEach((client) => client.close()));

  const channel = async () =>
    (await api.must<ChannelView>('host', 'POST', '/v1/channels', { title: 't' })).id;
  const connect = async (channels?: string[]) => {
    const client = await ImClient.connect(api.url, { token: await api.token('bob', { channels }) });
    open.push(client);
    return client;
  };
  const invite = async (channelId: string) => {
    const path = `/v1/channels/${channelId}/co-host/invitations`;
    return api.request<InvitationView>('POST', path, {
      token: await api.token('host'),
      body: { kind: 'invite', userId: 'bob' },
    });
  };
  const reject = ({ id }: InvitationView) => api.must('bob', 'POST', `/v1/co-host/invitations/${id}/reject`);

  it('hears of that one only, while another device of the same user hears of all', async () => {
    const limited = await connect([granted]);
    const free = await connect();
    const { body } = await invite(other);
    await free.until(([event]) => event === 'co-host:invitation');
    await reject(body);
    const { body: second } = await invite(granted);
    await limited.until(([, payload]) => (payload as InvitationView).channelId === granted);
    expect(limited.of('co-host:invitation').map(({ channelId }) => channelId)).toEqual([granted]);
    await reject(second);
  });

  it('is not online for others', async () => {
    await connect([granted]);
    expect(await invite(other)).toMatchObject({ status: 409, body: { code: 'user_offline' } });
    const { status, body } = await invite(granted);
    expect(status).toBe(201);
    await reject(body);
  });

  it('enters that one’s room only, and says nothing in others', async () => {
    const limited = await connect([granted]);
    for (const event of ['room:join', 'room:send', 'room:history'] as const) {
      const answer = await limited.raw(event, { channelId: other, text: 'x', afterSeq: 0 });
      expect(answer.ok).toBe(false);
    }
    await limited.must('room:join', { channelId: granted });
  });
});
