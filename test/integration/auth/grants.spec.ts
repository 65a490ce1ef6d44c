import { randomUUID } from 'node:crypto';
import type {
  ChannelView,
  ConferenceView,
  InvitationView,
  ProblemDetails,
  TokenView,
} from '../../../src/contracts';
import type { ImClient } from '../../support/app/im-client';
import type { TestApi } from '../../support/app/test-api';
import { ControlPlane } from '../../support/fixtures/control-plane';

let control: ControlPlane;
let api: TestApi;
beforeAll(async () => {
  control = await ControlPlane.start({ ROLE: 'api' });
  api = control.api;
}, 60_000);
afterAll(() => control.stop());

const mint = <T = TokenView>(body: object) =>
  api.request<T>('POST', '/v1/tokens', { body, headers: { 'x-api-key': api.config.API_KEY } });

describe('grants', () => {
  it('limit what a minted token is good for', async () => {
    const own = await api.must<ChannelView>('owner', 'POST', 'channels', { title: 'Mine' });
    const other = await api.must<ChannelView>('owner', 'POST', 'channels', { title: 'Other' });
    const { token } = (await mint({ userId: 'owner', name: 'O', channels: [own.id] })).body;
    expect((await api.request('GET', `/v1/channels/${own.id}`, { token })).status).toBe(200);
    const refused = await api.request<ProblemDetails>('GET', `/v1/channels/${other.id}`, { token });
    expect(refused).toMatchObject({ status: 403, body: { code: 'not_granted' } });
  });

  it('hold for a conference under its number too', async () => {
    const { number } = await api.must<ConferenceView>('owner', 'POST', 'conferences', {});
    const token = await api.token('owner', { conferences: [] });
    const refused = await api.request<ProblemDetails>('GET', `/v1/conferences/${number}`, { token });
    expect(refused).toMatchObject({ status: 403, body: { code: 'not_granted' } });
  });

  it.each([
    ['of an admin', { role: 'admin', channels: [] }],
    ['that are no ids', { channels: ['x'] }],
    ['too many', { conferences: Array.from({ length: 51 }, () => randomUUID()) }],
  ])('%s are refused', async (_, grants) => {
    const answer = await mint<ProblemDetails>({ userId: 'u', name: 'U', ...grants });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  });
});

/** What a limited token is good for holds for signals as it does for REST. */
describe('a device with a token for one channel', () => {
  let granted: string;
  let other: string;
  const open: ImClient[] = [];
  beforeAll(async () => {
    [granted, other] = await Promise.all([channel(), channel()]);
  });
  afterEach(() => open.splice(0).forEach((client) => client.close()));

  const channel = async () => (await api.must<ChannelView>('host', 'POST', 'channels', { title: 't' })).id;
  const connect = async (channels?: string[]) => {
    const client = await api.connect('bob', { channels });
    open.push(client);
    return client;
  };
  const invite = (channelId: string) =>
    api.as<InvitationView>('host', 'POST', `channels/${channelId}/co-host/invitations`, {
      kind: 'invite',
      userId: 'bob',
    });
  const reject = ({ id }: InvitationView) => api.must('bob', 'POST', `co-host/invitations/${id}/reject`);

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
