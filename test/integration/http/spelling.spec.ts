/** Ids in upper case, as Swift writes UUIDs, and text that can't be stored: on every route and event of the running app. */
import type {
  AuditEntryView,
  ChannelView,
  ConferenceView,
  InvitationView,
  ListView,
  TokenView,
} from '../../../src/contracts';
import { eventPermissions, routePermissions, type Who } from '../../../src/auth/permissions';
import type { ChannelDoors } from '../../../src/media/contract';
import { type ImClient } from '../../support/app/im-client';
import type { TestApi } from '../../support/app/test-api';
import { bodies, PermissionWorlds, type World } from '../../support/fixtures/permission-world';
import { until } from '../../support/waiting/until';

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g;
const upper = (text: string) => text.replace(UUID, (id) => id.toUpperCase());
const shouted = <T>(value: T): T =>
  value === undefined || Buffer.isBuffer(value) ? value : (JSON.parse(upper(JSON.stringify(value))) as T);

let worlds: PermissionWorlds;
let api: TestApi;
let world: World;
const open: ImClient[] = [];
beforeAll(async () => {
  worlds = await PermissionWorlds.start();
  ({ api } = worlds);
  world = await worlds.build();
}, 60_000);
afterEach(() => open.splice(0).forEach((client) => client.close()));
afterAll(() => worlds.stop());

/** What it takes away is there for those before it; the innermost first. */
const byEffect = ([a]: [string, unknown], [b]: [string, unknown]) =>
  Number(a.startsWith('DELETE')) - Number(b.startsWith('DELETE')) ||
  b.split('/').length - a.split('/').length;
const routes = Object.entries(routePermissions).sort(byEffect);
const isOfUsers = (who: readonly Who[]) => !who.some((one) => ['anyone', 'api-key', 'node'].includes(one));
const personOf = (route: string, who: readonly Who[]): string => {
  if (who.includes('party')) return route.endsWith('cancel') || route.startsWith('GET') ? 'host' : 'invitee';
  return who.find((one) => one === 'host' || one === 'admin') ?? 'viewer';
};

describe('an id in upper case', () => {
  const withIds = routes.filter(([route, { who }]) => /:\w*[iI]d\b/.test(route) && isOfUsers(who));
  const notFound = /^(channel|conference|invitation|mix_task|api_key|webhook|delivery|image)_not_found$/;

  it.each(withIds)('is found, granted and never repeated: %s', async (route, { who }) => {
    const person = personOf(route, who);
    const { channelId, inviteesChannelId, conferenceId } = world;
    const grants = { channels: [channelId, inviteesChannelId], conferences: [conferenceId] };
    const token = await worlds.tokenOf(person, world, person === 'admin' ? {} : grants);
    const [method = '', path = ''] = route.split(' ');
    const { status, body } = await api.request<{ code?: string } | null>(
      method,
      upper(worlds.addressOf(path, world)),
      { token, body: shouted(bodies[route]?.(person, world)) },
    );
    expect({ status, code: body?.code }).not.toMatchObject({
      code: expect.stringMatching(notFound) as string,
    });
    expect(body?.code).not.toBe('not_granted');
    expect(status).toBeLessThan(500);
    // A problem says at which address it came up.
    const said = JSON.stringify({ ...body, instance: undefined });
    const repeated = said.match(new RegExp(UUID.source.replaceAll('a-f', 'A-F'), 'g')) ?? [];
    // Of digits alone there is one spelling.
    expect(repeated.filter((id) => /[A-F]/.test(id))).toEqual([]);
  });

  const channel = async () => (await api.must<ChannelView>('host', 'POST', 'channels', { title: 'T' })).id;
  const connect = async (userId: string, channels?: string[]) => {
    const client = await api.connect(userId, { channels });
    open.push(client);
    return client;
  };

  it.each(Object.keys(eventPermissions).filter((event) => event.startsWith('room:')))(
    'names the same room: %s',
    async (event) => {
      const id = await channel();
      const client = await connect('ann', [id]);
      await client.must('room:join', { channelId: id });
      const rest = { 'room:send': { text: 'hello' }, 'room:history': { afterSeq: 0 } }[event];
      expect(await client.raw(event, { channelId: id.toUpperCase(), ...rest })).toMatchObject({ ok: true });
      const stays = await client.raw('room:history', { channelId: id, afterSeq: 0 });
      expect(stays.ok).toBe(event !== 'room:leave');
    },
  );

  it('brings people together, and the end of the channel to all of them', async () => {
    const id = await channel();
    const [ann, ben] = [await connect('ann'), await connect('ben')];
    await ann.must('room:join', { channelId: id });
    expect(await ben.must('room:join', { channelId: id.toUpperCase() })).toMatchObject({ channelId: id });
    await ben.must('room:send', { channelId: id.toUpperCase(), text: 'hello' });
    await ann.until(([name, p]) => name === 'room:message' && p.channelId === id);
    await api.must('host', 'DELETE', `channels/${id.toUpperCase()}`);
    await until(async () => !(await ben.raw('room:history', { channelId: id, afterSeq: 0 })).ok);
  });

  it('puts out the viewer who watches', async () => {
    const id = await channel();
    await worlds.control.push(id);
    await api.must('host', 'POST', `channels/${id.toUpperCase()}/viewer-bans`, { userId: 'vic' });
    const { viewer } = (await viewerGrant(id, 'ann'))!;
    const told = () => doorsOf(id)?.putOut ?? [];
    await until(() => told().length === 1);
    await api.must('host', 'POST', `channels/${id}/viewer-bans`, { userId: 'ann' });
    await until(() => told().includes(viewer!));
    const [first] = told();
    await api.must('host', 'DELETE', `channels/${id.toUpperCase()}/viewer-bans/vic`);
    expect((await viewerGrant(id, 'vic'))!.viewer).toBe(first);
  });

  it('is granted by a token', async () => {
    const id = await channel();
    const conference = await api.must<ConferenceView>('host', 'POST', 'conferences', {});
    const { body } = await api.request<TokenView>('POST', '/v1/tokens', {
      body: {
        ...{ userId: 'host', name: 'H' },
        ...{ channels: [id.toUpperCase()], conferences: [conference.id.toUpperCase()] },
      },
      headers: { 'x-api-key': api.config.API_KEY },
    });
    for (const path of [`channels/${id}`, `conferences/${conference.id.toUpperCase()}`]) {
      expect((await api.request('GET', `/v1/${path}`, { token: body.token })).status).toBe(200);
    }
  });

  it('is written down for what an admin does', async () => {
    const id = await channel();
    await api.must('admin', 'PATCH', `channels/${id.toUpperCase()}`, { title: 'U' });
    const { items } = await api.must<ListView<AuditEntryView>>('admin', 'GET', 'audit?limit=1');
    expect(items).toMatchObject([{ subject: { type: 'channel', id } }]);
  });

  it('names the channel of a challenge', async () => {
    const own = await api.must<ChannelView>('una', 'POST', 'channels', { title: 'T' });
    const other = await api.must<ChannelView>('ute', 'POST', 'channels', { title: 'T' });
    const path = `channels/${own.id.toUpperCase()}/pk/invitations`;
    const asked = await api.must<InvitationView>('una', 'POST', path, { channelId: other.id.toUpperCase() });
    expect(asked).toMatchObject({ channelId: own.id, toChannelId: other.id });
  });

  const viewerGrant = async (id: string, who: string) => {
    const { flv } = await api.must<{ flv: string }>(who, 'GET', `channels/${id}/playback`);
    return api.signer.verify('play', new URL(flv).searchParams.get('token')!);
  };
  /** That the node was told last. */
  const doorsOf = (id: string): ChannelDoors | undefined => {
    const start = `channels/${id}/settings `;
    const sent = worlds.control.node.commands.filter((command) => command.startsWith(start)).at(-1);
    if (sent === undefined) return undefined;
    return (JSON.parse(sent.slice(start.length)) as { doors: ChannelDoors }).doors;
  };
});

describe('text that the database can’t hold', () => {
  beforeAll(async () => {
    world = await worlds.build();
  }, 60_000);
  const nul = '\0';
  const refused = { status: 400, body: { code: 'invalid_input' } };
  const ask = async (route: string, address: string, body?: unknown) => {
    const token = await worlds.tokenOf(personOf(route, routePermissions[route]!.who), world);
    return api.request(route.split(' ')[0]!, address, { token, body });
  };

  const params = routes
    .filter(([, { who }]) => isOfUsers(who))
    .flatMap(([route]) => [...route.matchAll(/:\w+/g)].map(([name]): [string, string] => [route, name]));
  it.each(params)('is refused in the path: %s, %s', async (route, name) => {
    const path = route.split(' ')[1]!.replace(name, '%00');
    expect(await ask(route, worlds.addressOf(path, world), bodies[route]?.('host', world))).toMatchObject(
      refused,
    );
  });

  it.each([
    ['GET /v1/audit', '?action=%00'],
    ['GET /v1/audit', '?action=a%00b'],
    ['GET /v1/webhooks', '?cursor=%00'],
    ['GET /v1/nodes', `?cursor=${Buffer.from(JSON.stringify([nul])).toString('base64url')}`],
    ['GET /v1/conferences/:id/watch', '?waitMs=%00'],
  ])('is refused in a query: %s%s', async (route, query) => {
    const address = worlds.addressOf(route.split(' ')[1]!, world);
    expect(await ask(route, address + query)).toMatchObject(refused);
  });

  const withText = routes.filter(([route, { who }]) => {
    const body = bodies[route]?.('host', {} as World);
    // A picture has none.
    return isOfUsers(who) && !Buffer.isBuffer(body) && /"\w+":"/.test(JSON.stringify(body) ?? '');
  });
  it.each(withText)('is refused in a body: %s', async (route) => {
    const whole = JSON.stringify(bodies[route]!('host', world));
    for (const text of whole.match(/:"[^"]*"/g) ?? []) {
      for (const bad of ['\\u0000', '\\ud800']) {
        const body = JSON.parse(whole.replace(text, `${text.slice(0, -1)}${bad}"`)) as object;
        const address = worlds.addressOf(route.split(' ')[1]!, world);
        expect(await ask(route, address, body)).toMatchObject(refused);
      }
    }
  });

  it('is refused in an event', async () => {
    const client = await api.connect('ann');
    open.push(client);
    await client.must('room:join', { channelId: world.channelId });
    const sent = await client.raw('room:send', { channelId: world.channelId, text: `a${nul}b` });
    expect(sent).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  });
});
