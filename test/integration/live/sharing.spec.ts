/** Share links: who comes by one, what they may do, and how they are put out. */
import { randomBytes } from 'node:crypto';
import type {
  AuditEntryView,
  ChannelView,
  ListView,
  PlaybackView,
  ProblemDetails,
  RoomSnapshot,
  ShareLinkView,
  UserView,
  VisitView,
} from '../../../src/contracts';
import type { ChannelDoors, PlayGrant } from '../../../src/media/contract';
import { ImClient } from '../../support/app/im-client';
import type { TestApi } from '../../support/app/test-api';
import { ControlPlane } from '../../support/fixtures/control-plane';
import { until } from '../../support/waiting/until';

let control: ControlPlane;
/** A second process on the same database. */
let other: TestApi;
beforeAll(async () => {
  control = await ControlPlane.start({ ROLE: 'api', RATE_LIMIT_VISITS_PER_MINUTE: 0 });
  other = await control.startApi();
}, 120_000);
afterAll(() => control.stop());

let id: string;
const open: ImClient[] = [];
afterEach(() => {
  control.everybodyLeaves();
  open.splice(0).forEach((client) => client.close());
});
beforeEach(async () => {
  ({ id } = await control.api.must<ChannelView>('host', 'POST', 'channels', { title: 'Show' }));
});

const path = (rest: string) => `channels/${id}/${rest}`;
const share = () => control.api.must<ShareLinkView>('host', 'POST', path('share-link'));
const visit = async (code: string, renewal?: string) =>
  (await control.api.request<VisitView & ProblemDetails>('POST', '/v1/visits', { body: { code, renewal } }))
    .body;
const come = async () => visit((await share()).code);
const ask = <T = ProblemDetails>(
  { token }: { token: string },
  method: string,
  rest: string,
  body?: object,
  api: TestApi = control.api,
) => api.request<T>(method, `/v1/${rest}`, { token, body });
const named = async (visitor: VisitView, name = 'Vic') =>
  (await ask<VisitView & ProblemDetails>(visitor, 'POST', 'visits/name', { name })).body;
const connect = async ({ token }: { token: string }, api: TestApi = control.api) => {
  const client = await ImClient.connect(api.url, { token });
  open.push(client);
  return client;
};
const grantOf = async ({ flv }: PlaybackView): Promise<PlayGrant> =>
  (await control.api.signer.verify('play', new URL(flv).searchParams.get('token')!))!;
const told = () => {
  const start = `channels/${id}/settings `;
  const sent = control.node.commands.filter((command) => command.startsWith(start)).at(-1);
  if (sent === undefined) return undefined;
  return (JSON.parse(sent.slice(start.length)) as { doors: ChannelDoors }).doors;
};

describe('a share link', () => {
  it('is there when its owner has made it, can be renewed and taken away, and is in no audit entry', async () => {
    const code = async (method: string, who = 'host') => {
      const { status, body } = await control.as<ProblemDetails | null>(who, method, path('share-link'));
      return body?.code ?? status;
    };
    expect(await code('GET')).toBe('share_link_not_found');
    const made = await share();
    expect(made.url).toBe(`http://console.test/s/${made.code}`);
    expect(made.code).toMatch(/^[\w-]{32}$/);
    expect(await control.api.must('host', 'GET', path('share-link'))).toEqual(made);
    const renewed = await control.api.must<ShareLinkView>('admin', 'POST', path('share-link'));
    expect(renewed.code).not.toBe(made.code);
    expect((await visit(made.code)).code).toBe('share_link_not_found');
    expect((await visit(renewed.code)).channelId).toBe(id);
    expect(await code('DELETE')).toBe(204);
    expect(await code('DELETE')).toBe('share_link_not_found');
    expect((await visit(renewed.code)).code).toBe('share_link_not_found');
    const { items } = await control.api.must<ListView<AuditEntryView>>('admin', 'GET', 'audit?limit=10');
    expect(items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['channel.share-link-renewed', 'channel.share-link-removed']),
    );
    for (const secret of [made.code, renewed.code]) expect(JSON.stringify(items)).not.toContain(secret);
  });

  it.each(['', 'x', 'A'.repeat(64), "' OR 1=1 --", '\u202e', '\0', 'A'.repeat(65), 7, null, {}])(
    'is none by the code %j',
    async (code) => {
      const { status, body } = await control.api.request<ProblemDetails>('POST', '/v1/visits', {
        body: { code },
      });
      expect({ status, code: body.code }).toEqual(
        typeof code === 'string' && code !== '' && code !== '\0' && code.length <= 64
          ? { status: 404, code: 'share_link_not_found' }
          : { status: 400, code: 'invalid_input' },
      );
    },
  );
});

describe('a visitor', () => {
  it('watches at once, reads along, and does nothing else before they have a name', async () => {
    const visitor = await come();
    expect(visitor.user).toEqual({
      id: expect.stringMatching(/^guest-[\w-]{22}$/) as string,
      name: '',
      role: 'user',
    });
    const { body } = await ask<PlaybackView>(visitor, 'GET', path('playback'));
    expect(await grantOf(body)).toMatchObject({ channelId: id, visit: 1 });
    const client = await connect(visitor);
    await client.must('room:join', { channelId: id });
    expect(await client.must('room:history', { channelId: id, afterSeq: 0 })).toEqual([]);
    for (const [event, more] of [
      ['room:send', { text: 'hello' }],
      ['live:like', { count: 1 }],
    ] as const) {
      const answer = await client.raw(event, { channelId: id, ...more });
      expect(answer).toMatchObject({ ok: false, error: { code: 'name_required' } });
    }
    const apply = await ask(visitor, 'POST', path('co-host/invitations'), { kind: 'apply' });
    expect(apply.body.code).toBe('name_required');
    const elsewhere = await control.api.must<ChannelView>('una', 'POST', 'channels', { title: 'Other' });
    expect((await ask(visitor, 'GET', `channels/${elsewhere.id}`)).body.code).toBe('not_granted');
  });

  it('is somebody in the room once they have a name, and only a number before', async () => {
    const host = await control.online('host', id);
    const visitor = await come();
    const client = await connect(visitor);
    await client.must('room:join', { channelId: id });
    await host.until(([event, p]) => event === 'room:presence' && p.onlineCount === 2);
    const { online, onlineCount }: RoomSnapshot = await host.must('room:join', { channelId: id });
    expect([online.map(({ userId }) => userId), onlineCount]).toEqual([['host'], 2]);
    expect(host.came).not.toContain(visitor.user.id);
    const { token, user } = await named(visitor);
    expect(user).toEqual({ ...visitor.user, name: 'Vic' });
    await client.must('auth:renew', { token });
    await host.until(
      ([event, p]) => event === 'room:presence' && p.joined.some(({ name }) => name === 'Vic'),
    );
    expect(await client.must('room:send', { channelId: id, text: 'hello' })).toMatchObject({
      userId: user.id,
      name: 'Vic',
    });
    const after = await host.must('room:join', { channelId: id });
    expect(after.online).toContainEqual({ userId: user.id, name: 'Vic' });
    // Mutes and bans are for them as for everybody.
    await control.api.must('host', 'POST', path('im/mutes'), { userId: user.id, durationMs: 60_000 });
    expect(await client.ask('room:send', { channelId: id, text: 'x' })).toMatchObject({
      error: { code: 'muted_in_room' },
    });
    await control.api.must('host', 'POST', path('viewer-bans'), { userId: user.id });
    expect((await ask({ token }, 'GET', path('playback'))).body.code).toBe('banned_from_watching');
  });

  it.each(['', '   ', 'a\u202eb', 'x'.repeat(33), '\u200b', '...', 7, null])(
    'has no name like %j',
    async (name) => {
      const { body } = await ask(await come(), 'POST', 'visits/name', { name });
      expect(body.code).toBe('invalid_input');
    },
  );

  it('can’t have the host’s name, however it is written, not even from an earlier visit elsewhere', async () => {
    const visitor = await come();
    for (const name of ['name of host', 'Name Of\u200b HOST', 'ｎａｍｅ ｏｆ ｈｏｓｔ']) {
      expect(await named(visitor, name)).toMatchObject({ code: 'name_refused' });
    }
    const una = await control.api.must<ChannelView>('una', 'POST', 'channels', { title: 'Other' });
    const link = await control.api.must<ShareLinkView>('una', 'POST', `channels/${una.id}/share-link`);
    const there = await visit(link.code, visitor.renewal);
    const { renewal } = await named(there, 'name of host');
    const back = await visit((await share()).code, renewal);
    expect(back.user).toEqual({ id: visitor.user.id, name: '', role: 'user' });
  });

  it('is the same person by a renewal, and a new one by anything else', async () => {
    const { code } = await share();
    const first = await named(await visit(code));
    expect((await visit(code, first.renewal)).user).toEqual(first.user);
    const expired = await control.api.signer.sign('visitor', { sub: first.user.id, name: 'Vic' }, -1);
    for (const bad of [undefined, '', 'garbage', first.token, `${first.renewal}x`, expired]) {
      expect((await visit(code, bad)).user).toMatchObject({ name: '' });
    }
    expect((await visit(code, first.renewal.slice(1))).user.id).not.toBe(first.user.id);
    // What makes somebody known again opens nothing by itself.
    expect((await ask({ token: first.renewal }, 'GET', 'me')).body.code).toBe('token_invalid');
  });

  it('has five connections to a process at most', async () => {
    const visitor = await come();
    for (let i = 0; i < 5; i++) await connect(visitor);
    await expect(connect(visitor)).rejects.toMatchObject({ data: { code: 'limit_reached' } });
  });

  it('is nobody whom an app’s backend or an admin can make', async () => {
    const body = { userId: 'guest-of-honour', name: 'X' };
    const key = { 'x-api-key': control.api.config.API_KEY };
    const minted = await control.api.request<ProblemDetails>('POST', '/v1/tokens', { body, headers: key });
    const link = await control.as<ProblemDetails>('admin', 'POST', 'login-links', body);
    expect([minted.body.code, link.body.code]).toEqual(['invalid_input', 'invalid_input']);
  });
});

describe('the end of visits', () => {
  const ends: [string, () => Promise<unknown>][] = [
    ['members only', () => control.api.must('host', 'PATCH', `channels/${id}`, { access: 'members' })],
    ['a renewed link', () => share()],
    ['no link any more', () => control.api.must('host', 'DELETE', path('share-link'))],
    ['no channel any more', () => control.api.must('host', 'DELETE', `channels/${id}`)],
  ];

  it.each(ends)('by %s voids tokens and cuts connections at every process, and no others', async (_, end) => {
    const visitor = await named(await come());
    const here = await connect(visitor);
    const there = await connect(visitor, other);
    const member = await control.online('max', id);
    for (const client of [here, there]) await client.must('room:join', { channelId: id });
    expect((await ask(visitor, 'GET', path('playback'), undefined, other)).status).toBe(200);
    const cut = [here, there].map(
      ({ socket }) => new Promise<string>((resolve) => socket.once('disconnect', resolve)),
    );
    await end();
    for (const api of [control.api, other]) {
      for (const [method, rest] of [
        ['GET', path('playback')],
        ['GET', 'me'],
        ['POST', 'visits/name'],
      ] as const) {
        const body = method === 'POST' ? { name: 'Vic' } : undefined;
        expect((await ask(visitor, method, rest, body, api)).body.code).toBe('token_invalid');
      }
      await expect(connect(visitor, api)).rejects.toMatchObject({ data: { code: 'token_invalid' } });
    }
    expect(await Promise.all(cut)).toEqual(['io server disconnect', 'io server disconnect']);
    expect(member.socket.connected).toBe(true);
  });

  it('is told to the media node, whose viewers with accounts stay', async () => {
    await control.push(id);
    const visitor = await come();
    const { visit: generation } = await grantOf(
      (await ask<PlaybackView>(visitor, 'GET', path('playback'))).body,
    );
    const ofMember = await grantOf(await control.api.must<PlaybackView>('max', 'GET', path('playback')));
    expect(ofMember).not.toHaveProperty('visit');
    await control.api.must('host', 'PATCH', `channels/${id}`, { access: 'members' });
    await until(() => told()?.visitGeneration === generation! + 1);
  });

  it('by “members only” lets nobody in by the same link until the channel is open again', async () => {
    const link = await share();
    const patch = (access: string) =>
      control.api.must<ChannelView>('host', 'PATCH', `channels/${id}`, { access });
    expect((await patch('members')).access).toBe('members');
    expect((await visit(link.code)).code).toBe('channel_members_only');
    const refused = await control.as<ProblemDetails>('host', 'POST', path('share-link'));
    expect(refused.body.code).toBe('channel_members_only');
    await patch('open');
    expect((await visit(link.code)).channelId).toBe(id);
    const denied = await control.as<ProblemDetails>('max', 'PATCH', `channels/${id}`, { access: 'members' });
    expect(denied.body.code).toBe('not_allowed');
  });

  it('is seen by a connection that was told nothing of it', async () => {
    const client = await connect(await named(await come()));
    await client.must('room:join', { channelId: id });
    await control.sql('UPDATE channels SET visit_generation = visit_generation + 1 WHERE id = $1', [id]);
    await expect(client.ask('room:send', { channelId: id, text: 'x' })).rejects.toThrow('disconnected');
  });
});

describe('a visitor on the air', () => {
  it('applies, is taken in, and joins the call; nowhere else', async () => {
    const host = await control.online('host', id);
    await control.push(id);
    const visitor = await named(await come());
    const client = await connect(visitor);
    await client.must('room:join', { channelId: id });
    const { body: application } = await ask<{ id: string }>(visitor, 'POST', path('co-host/invitations'), {
      kind: 'apply',
    });
    await host.until(([event, p]) => event === 'co-host:invitation' && p.userName === 'Vic');
    const { session } = await control.api.must<{ session: { conferenceId: string } }>(
      'host',
      'POST',
      `co-host/invitations/${application.id}/accept`,
    );
    await client.until(([event, p]) => event === 'co-host:invitation' && p.state === 'accepted');
    const members = `conferences/${session.conferenceId}/members`;
    expect((await ask(visitor, 'POST', members)).status).toBe(201);
    const meeting = await control.api.must<{ id: string }>('una', 'POST', 'conferences', { access: 'open' });
    for (const [method, rest] of [
      ['GET', `conferences/${meeting.id}`],
      ['POST', `conferences/${meeting.id}/members`],
    ] as const) {
      expect((await ask(visitor, method, rest)).body.code).toBe('not_granted');
    }
    expect((await ask<UserView>(visitor, 'DELETE', path(`co-host/members/${visitor.user.id}`))).status).toBe(
      204,
    );
  });
});

describe('visits from one address', () => {
  it('are limited, and so are names; of others they aren’t', async () => {
    const strict = await control.startApi({ RATE_LIMIT_VISITS_PER_MINUTE: 3 });
    const { code } = await share();
    const from = async (address: string) => {
      const headers = { 'x-forwarded-for': address };
      return (await strict.request('POST', '/v1/visits', { body: { code }, headers })).status;
    };
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push(await from('203.0.113.7'));
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(await from('203.0.113.8')).toBe(200);
    const visitor = await visit(code);
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    const { token } = visitor;
    const answer = await strict.request('POST', '/v1/visits/name', { token, body: { name: 'Vic' }, headers });
    expect(answer.status).toBe(429);
    // Codes that are tried count too.
    const tried = { body: { code: randomBytes(24).toString('base64url') }, headers };
    expect((await strict.request('POST', '/v1/visits', tried)).status).toBe(429);
  });
});
