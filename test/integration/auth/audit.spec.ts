/** The audit log has a row for everything an admin does, and says by which API key they came. */
import { randomUUID } from 'node:crypto';
import { routePermissions } from '../../../src/auth/permissions';
import type {
  ApiKeyCreatedView,
  AuditEntryView,
  ChannelView,
  ConferenceView,
  ListView,
  LoginLinkView,
  TokenView,
} from '../../../src/contracts';
import { AuditRepository } from '../../../src/platform/audit/audit.repository';
import type { TestApi } from '../../support/app/test-api';
import { PermissionWorlds, type World } from '../../support/fixtures/permission-world';

let api: TestApi;
let worlds: PermissionWorlds;
beforeAll(async () => {
  worlds = await PermissionWorlds.start();
  ({ api } = worlds);
}, 60_000);
afterAll(() => worlds.stop());

interface Row {
  action: string;
  actor_id: string | null;
  api_key_id: string | null;
  subject_type: string;
  subject_id: string;
}
const rowsOf = (requestId: string | null) =>
  api.sql<Row[]>('SELECT * FROM audit_log WHERE request_id = $1', [requestId]);

/** What there is nothing of in the walk's worlds, so that nothing happens. */
const WITHOUT_EFFECT = [
  'DELETE /v1/channels/:id/pk',
  'POST /v1/channels/:id/pk/points',
  'POST /v1/conferences/:id/watch',
  'POST /v1/channels/:id/events',
];
/** One forks a process, the others only read or tell. */
const LEFT_OUT = ['POST /v1/demo', 'POST /v1/mix-tasks/preview', 'POST /v1/channels/:id/quality'];

/** A meeting of the world's host, and who waits there: conferences of co-hostings aren't changed by admins. */
async function withMeeting(world: World): Promise<World> {
  const [host, guest] = [worlds.idIn(world, 'host'), worlds.idIn(world, 'guest')];
  const { id } = await api.must<ConferenceView>(host, 'POST', 'conferences', { access: 'approval' });
  await api.must(guest, 'POST', `conferences/${id}/requests`);
  return { ...world, conferenceId: id };
}

describe('what an admin does', () => {
  const effects = Object.entries(routePermissions)
    .filter(([route, { who }]) => who.includes('admin') && !/^GET /.test(route) && !LEFT_OUT.includes(route))
    .map(([route]) => route);

  it.each(effects)('%s leaves its row', async (route) => {
    const built = await worlds.build();
    const ofMeeting = / \/v1\/(conferences\/|bypass)/.test(route);
    const world = ofMeeting ? await withMeeting(built) : built;
    if (ofMeeting && route.includes('/members/:userId')) {
      const admission = { userId: worlds.idIn(world, 'guest') };
      await api.must('admin', 'POST', `conferences/${world.conferenceId}/admissions`, admission);
    }
    const { status, body, headers } = await worlds.ask(route, world, 'admin', await worlds.tokenOf('admin'));
    const rows = await rowsOf(headers.get('x-request-id'));
    const effect = status < 400;
    expect({ route, effect, code: effect ? undefined : body?.code }).toEqual({
      route,
      effect: !WITHOUT_EFFECT.includes(route),
      code: effect ? undefined : (expect.any(String) as string),
    });
    if (effect)
      expect(rows).toMatchObject([{ actor_id: 'admin', action: expect.stringMatching(/./) as string }]);
    await worlds.close(built);
  });

  it('is one commit with its row, says about what, and leaves none where it only looks or is a user’s', async () => {
    const world = await worlds.build();
    const path = `channels/${world.channelId}`;
    const title = { title: 'Another' };
    const ask = async (who: string, method: string, body?: object) =>
      rowsOf((await api.as(who, method, path, body)).headers.get('x-request-id'));
    expect(await ask('admin', 'PATCH', title)).toMatchObject([
      { action: 'admin.request', subject_type: 'channel', subject_id: world.channelId },
    ]);
    expect(await ask('admin', 'GET')).toEqual([]);
    expect(await ask(worlds.idIn(world, 'host'), 'PATCH', title)).toEqual([]);
    expect(await ask('viewer', 'PATCH', title)).toEqual([]);
    // Without its row nothing is changed.
    const insert = jest
      .spyOn(AuditRepository.prototype, 'insert')
      .mockRejectedValueOnce(new Error('not now'));
    expect((await api.as('admin', 'PATCH', path, { title: 'Third' })).status).toBe(500);
    insert.mockRestore();
    expect(await api.must<ChannelView>('admin', 'GET', path)).toMatchObject(title);
    await worlds.close(world);
  });
});

describe('an API key', () => {
  const mint = async (key: string, body: object) => {
    const answer = await api.request<TokenView>('POST', '/v1/tokens', {
      body,
      headers: { 'x-api-key': key },
    });
    return { ...answer.body, rows: await rowsOf(answer.headers.get('x-request-id')) };
  };

  it('stands with every token that it mints, and with what is done by it and by links made with it', async () => {
    const made = await api.must<ApiKeyCreatedView>('admin', 'POST', 'api-keys', { name: 'backend' });
    const user = await mint(made.key, { userId: 'ann', name: 'Ann' });
    expect(user.rows).toMatchObject([
      {
        action: 'token.minted',
        actor_id: null,
        api_key_id: made.id,
        subject_type: 'user',
        subject_id: 'ann',
      },
    ]);
    const configured = await mint(api.config.API_KEY, { userId: 'ben', name: 'Ben' });
    expect(configured.rows).toMatchObject([{ api_key_id: 'configured', subject_id: 'ben' }]);

    const boss = await mint(made.key, { userId: 'boss', name: 'Boss', role: 'admin' });
    const link = await api.request<LoginLinkView>('POST', '/v1/login-links', {
      token: boss.token,
      body: { userId: 'deputy', name: 'Deputy', role: 'admin' },
    });
    const code = new URL(link.body.url).hash.replace('#code=', '');
    const deputy = await api.request<TokenView>('POST', '/v1/login', { body: { code } });
    expect(await rowsOf(deputy.headers.get('x-request-id'))).toMatchObject([
      { action: 'login-link.used', actor_id: 'deputy', subject_id: 'deputy', api_key_id: made.id },
    ]);
    const host = `host-${randomUUID()}`;
    const { id } = await api.must<{ id: string }>(host, 'POST', 'channels', { title: 'Show' });
    for (const token of [boss.token, deputy.body.token]) {
      const done = await api.request('DELETE', `/v1/channels/${id}/push-url`, { token });
      expect(await rowsOf(done.headers.get('x-request-id'))).toMatchObject([
        { action: 'channel.push-keys-revoked', api_key_id: made.id },
      ]);
    }
    const list = await api.must<ListView<AuditEntryView>>('admin', 'GET', 'audit?limit=1');
    expect(list.items[0]).toMatchObject({ apiKeyId: made.id, actor: { userId: 'deputy' } });
  });
});
