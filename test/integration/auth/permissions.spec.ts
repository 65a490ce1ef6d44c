/** Walks every route and socket event of the running app with every kind of caller (src/auth/permissions.ts). */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Signer } from '../../../src/auth';
import { eventPermissions, type Permission, routePermissions, type Who } from '../../../src/auth/permissions';
import type {
  AcceptView,
  ApiKeyCreatedView,
  ChannelView,
  InvitationView,
  ListView,
  MixTaskView,
  ProblemDetails,
  WebhookCreatedView,
  WebhookDeliveryView,
} from '../../../src/contracts';
import { ImFacade } from '../../../src/im';
import { ImClient } from '../../support/app/im-client';
import { eventsOf, routesOf } from '../../support/app/api-surface';
import type { Reply } from '../../support/app/http';
import type { TestApi } from '../../support/app/test-api';
import { ControlPlane } from '../../support/fixtures/control-plane';

// A demo is a process of its own, which can't run here: it has ended as soon as it was started.
jest.mock('node:child_process', () => {
  const fork = () => {
    const child = Object.assign(new EventEmitter(), { exitCode: 1 });
    setImmediate(() => child.emit('exit', 1));
    return child;
  };
  return { ...jest.requireActual<object>('node:child_process'), fork };
});

/** A channel with a co-hosting of `host` and `guest`, and what else the routes name. */
interface World {
  /** Host, guest, invitee and outlaw (who is banned and muted) are this world's own: one is on one air at a time. */
  n: number;
  channelId: string;
  conferenceId: string;
  mixTaskId: string;
  /** Of the host to `invitee`. */
  invitationId: string;
  /** The invitee's own, where they are as good a host as any. */
  inviteesChannelId: string;
  /** Of the host to `invitee` too, as one host to another. */
  challengeId: string;
  apiKeyId: string;
  webhookId: string;
  deliveryId: string;
}

type Asked = 'viewer' | 'guest' | 'host' | 'admin';
const users: Asked[] = ['viewer', 'guest', 'host', 'admin'];

describe('permissions', () => {
  let control: ControlPlane;
  let api: TestApi;
  beforeAll(async () => {
    // The walk asks far more often than people do.
    control = await ControlPlane.start({
      ROLE: 'api',
      RATE_LIMIT_PER_MINUTE: 0,
      RATE_LIMIT_ADDRESS_PER_MINUTE: 0,
      // Nobody connects to a media node, and the walk takes its time.
      INVITATION_TTL_MS: 600_000,
      MEMBER_GRACE_MS: 600_000,
      CONNECTING_TIMEOUT_MS: 600_000,
      WEBHOOK_ALLOW_PRIVATE: true,
    });
    api = control.api;
    // Nobody who is invited here has a connection.
    jest.spyOn(api.get(ImFacade), 'isOnline').mockResolvedValue(true);
  }, 60_000);
  afterAll(() => control.stop());

  let worlds = 0;
  async function build(): Promise<World> {
    const n = ++worlds;
    const [host, guest, invitee, outlaw] = ['host', 'guest', 'invitee', 'outlaw'].map((who) => `${who}-${n}`);
    const channel = await api.must<ChannelView>(host!, 'POST', 'channels', { title: 'Evening show' });
    const coHost = `channels/${channel.id}/co-host`;
    const invitations = `${coHost}/invitations`;
    const application = await api.must<InvitationView>(guest!, 'POST', invitations, { kind: 'apply' });
    const path = `co-host/invitations/${application.id}/accept`;
    const { session } = await api.must<AcceptView>(host!, 'POST', path);
    for (const bans of [`${coHost}/bans`, `channels/${channel.id}/im/bans`]) {
      await api.must(host!, 'POST', bans, { userId: outlaw });
    }
    await api.must(host!, 'POST', `channels/${channel.id}/im/mutes`, { userId: outlaw, durationMs: 600_000 });
    const tasks = await api.must<ListView<MixTaskView>>(host!, 'GET', 'mix-tasks?limit=1');
    const invitation = await api.must<InvitationView>(host!, 'POST', invitations, {
      kind: 'invite',
      userId: invitee,
    });
    const theirs = await api.must<ChannelView>(invitee!, 'POST', 'channels', { title: 'Morning show' });
    const challenges = `channels/${channel.id}/pk/invitations`;
    const challenge = await api.must<InvitationView>(host!, 'POST', challenges, { channelId: theirs.id });
    const { conferenceId } = session;
    // A member is one who has joined; the guest mutes and removes themselves below.
    for (const userId of [guest!, host!]) {
      await api.must(userId, 'POST', `conferences/${conferenceId}/members`);
    }
    const key = await api.must<ApiKeyCreatedView>('admin', 'POST', 'api-keys', { name: 'backend' });
    // Nobody listens at port 9.
    const hook = await api.must<WebhookCreatedView>('admin', 'POST', 'webhooks', {
      url: 'http://127.0.0.1:9/',
    });
    await api.must('admin', 'POST', `webhooks/${hook.id}/ping`);
    const sent = await api.must<ListView<WebhookDeliveryView>>(
      'admin',
      'GET',
      `webhooks/${hook.id}/deliveries`,
    );
    return {
      n,
      channelId: channel.id,
      conferenceId,
      mixTaskId: tasks.items[0]!.id,
      invitationId: invitation.id,
      inviteesChannelId: theirs.id,
      challengeId: challenge.id,
      apiKeyId: key.id,
      webhookId: hook.id,
      deliveryId: sent.items[0]!.id,
    };
  }

  /** What runs in it is not to run on until the end of the walk. */
  async function close(world: World): Promise<void> {
    await api.as('admin', 'DELETE', `channels/${world.channelId}/co-host`);
    // It would be sent what happens in all worlds after this one.
    await api.as('admin', 'DELETE', `webhooks/${world.webhookId}`);
  }

  const idIn = (world: World | null, who: string) =>
    world && ['host', 'guest', 'invitee', 'outlaw'].includes(who) ? `${who}-${world.n}` : who;
  const tokenOf = (
    who: string,
    world: World | null = null,
    grants: { channels?: string[]; conferences?: string[] } = {},
  ) => api.token(idIn(world, who), grants);

  const layout = { kind: 'floating', fit: 'crop', background: '#101418' };
  /** Bodies that are valid, so that permission decides; by route. */
  const bodies: Record<string, (who: string, world: World) => unknown> = {
    'POST /v1/tokens': () => ({ userId: 'u', name: 'U' }),
    'POST /v1/login': () => ({ code: 'no such code' }),
    'POST /v1/login-links': () => ({ userId: 'u', name: 'U' }),
    'POST /v1/api-keys': () => ({ name: 'another' }),
    'POST /v1/channels': () => ({ title: 'x' }),
    'PATCH /v1/channels/:id': () => ({ title: 'x' }),
    'PATCH /v1/channels/:id/co-host': () => ({ layout }),
    'POST /v1/channels/:id/co-host/mixing-mode': () => ({ mode: 'server' }),
    'PATCH /v1/channels/:id/co-host/members/:userId': () => ({}),
    'POST /v1/channels/:id/co-host/invitations': (who) =>
      who === 'host' ? { kind: 'invite', userId: 'someone' } : { kind: 'apply' },
    'PATCH /v1/channels/:id/co-host/seats/:seat': () => ({ locked: true }),
    'POST /v1/channels/:id/co-host/bans': () => ({ userId: 'someone' }),
    'POST /v1/channels/:id/im/mutes': () => ({ userId: 'someone', durationMs: 60_000 }),
    'POST /v1/channels/:id/im/bans': () => ({ userId: 'someone' }),
    'POST /v1/channels/:id/pk/invitations': (_, { inviteesChannelId }) => ({ channelId: inviteesChannelId }),
    'POST /v1/channels/:id/pk/points': () => ({ matchId: randomUUID(), points: 1 }),
    'POST /v1/conferences': () => ({}),
    'PATCH /v1/conferences/:id/members/:userId': () => ({}),
    'PATCH /v1/bypass-lives/:conferenceId': () => ({}),
    'PATCH /v1/mix-tasks/:id': () => ({ layout }),
    'POST /v1/webhooks': () => ({ url: 'http://127.0.0.1:9/' }),
    'PATCH /v1/webhooks/:id': () => ({}),
    'POST /internal/nodes/:nodeId/report': () => ({}),
  };

  function addressOf(path: string, world: World): string {
    const id =
      Object.entries({
        '/v1/channels': world.channelId,
        '/v1/conferences': world.conferenceId,
        '/v1/bypass-lives': world.conferenceId,
        '/v1/co-host/invitations': world.invitationId,
        '/v1/pk/invitations': world.challengeId,
        '/v1/mix-tasks': world.mixTaskId,
        '/v1/api-keys': world.apiKeyId,
        '/v1/webhooks': world.webhookId,
      }).find(([prefix]) => path.startsWith(prefix))?.[1] ?? randomUUID();
    return path
      .replace(/:(id|conferenceId)/, id)
      .replace(':userId', idIn(world, /\/(bans|mutes)\//.test(path) ? 'outlaw' : 'guest'))
      .replace(':seat', '3')
      .replace(':deliveryId', world.deliveryId)
      .replace(':nodeId', 'node-1');
  }

  function ask(route: string, world: World, who: string, token?: string): Promise<Reply<ProblemDetails>> {
    const [method = '', path = ''] = route.split(' ');
    return api.request(method, addressOf(path, world), { token, body: bodies[route]?.(who, world) });
  }

  /** Who of our users are the parties of an invitation that a route is for. */
  const partiesOf = (route: string): string[] => {
    if (route.startsWith('GET')) return ['host', 'invitee'];
    return [route.endsWith('/cancel') ? 'host' : 'invitee'];
  };

  describe('the table', () => {
    it('has every route of the router, and no other', () => {
      expect(Object.keys(routePermissions).sort()).toEqual(routesOf(api.app).sort());
    });

    it('has every event of the gateways, and no other', () => {
      expect(Object.keys(eventPermissions).sort()).toEqual(eventsOf(api.app).sort());
    });
  });

  const routes = Object.entries(routePermissions);
  const closed = ({ who }: Permission) => !who.includes('anyone');

  describe('without a good token', () => {
    let world: World;
    beforeAll(async () => {
      world = await build();
    });

    it.each(routes.filter(([, permission]) => closed(permission)))('%s is closed', async (route) => {
      const forged = await new Signer('z'.repeat(32)).sign(
        'api',
        { sub: 'host', name: 'h', role: 'admin' },
        600,
      );
      const ofMedia = await api.signer.sign('play', { channelId: world.channelId }, 600);
      const tokens = [undefined, await api.token('host', { role: 'admin' }, -1), forged, ofMedia, 'garbage'];
      const answers = await Promise.all(tokens.map((token) => ask(route, world, 'host', token)));
      expect(answers.map(({ status }) => status)).toEqual(tokens.map(() => 401));
    });

    it.each(routes.filter(([, permission]) => !closed(permission)))('%s is open', async (route) => {
      const { status, body } = await ask(route, world, 'nobody');
      expect([200, 503, 401]).toContain(status);
      // A wrong code is no missing token.
      if (status === 401) expect(body.code).toBe('login_code_invalid');
    });
  });

  describe('a user', () => {
    const ofUsers = routes.filter(
      ([, { who }]) => !['anyone', 'api-key', 'node'].some((w) => who.includes(w as Who)),
    );
    const refused = (route: string, { who }: Permission) =>
      [...users, 'invitee'].filter((user) => {
        if (who.includes('party')) return !partiesOf(route).includes(user);
        return user !== 'invitee' && !who.includes(user as Who);
      });
    const allowed = (route: string, { who }: Permission) =>
      who.includes('party') ? partiesOf(route) : users.filter((user) => who.includes(user));

    let shared: World;
    beforeAll(async () => {
      shared = await build();
    });

    it.each(
      ofUsers.map(([route, p]) => [route, refused(route, p)] as const).filter(([, who]) => who.length > 0),
    )('%s refuses %p', async (route, who) => {
      for (const user of who) {
        const { status, body } = await ask(route, shared, user, await tokenOf(user, shared));
        expect({ user, status, code: body.code }).toMatchObject({
          status: 403,
          code: expect.stringMatching(/^not_(allowed|admitted)$/) as string,
        });
      }
    });

    it.each(ofUsers.map(([route, p]) => [route, allowed(route, p)] as const))(
      '%s serves %p',
      async (route, who) => {
        for (const user of who) {
          // What is changed or taken away must be there for the next one.
          const world = route.startsWith('GET') || /POST \/v1\/[\w-]+$/.test(route) ? shared : await build();
          const { status, body } = await ask(route, world, user, await tokenOf(user, world));
          // What is in the way of a request that was let in is no refusal.
          const inTheWay = [
            ...['already_on_air', 'co_host_conference', 'media_unavailable', 'client_mixing_off'],
            ...['pk_not_found', 'invitation_pending'],
          ];
          const served = status < 400 || inTheWay.includes(body.code);
          expect({ user, served, status }).toEqual({ user, served: true, status });
          if (world !== shared) await close(world);
        }
      },
    );

    it.each(ofUsers.filter(([, { within }]) => within !== undefined))(
      '%s is closed to a token for something else',
      async (route, { within }) => {
        const who = routePermissions[route]?.who.includes('party') ? partiesOf(route)[0]! : 'host';
        const grants = within === 'channel' ? { channels: [randomUUID()] } : { conferences: [randomUUID()] };
        const { status, body } = await ask(route, shared, who, await tokenOf(who, shared, grants));
        expect({ status, code: body.code }).toEqual({ status: 403, code: 'not_granted' });
      },
    );

    it.each(ofUsers.map(([route]) => route).filter((route) => route.endsWith('/:userId')))(
      '%s lets a guest do nothing to others',
      async (route) => {
        const [method = '', path = ''] = route.split(' ');
        const address = addressOf(path.replace(':userId', idIn(shared, 'host')), shared);
        const { status } = await api.request(method, address, {
          token: await tokenOf('guest', shared),
          body: bodies[route]?.('guest', shared),
        });
        expect(status).toBe(403);
      },
    );

    it('sees in lists only what their token is for', async () => {
      const other = await build();
      const list = async (path: string, grants: object) => {
        const { body } = await api.request<ListView<{ id: string }>>('GET', path, {
          token: await tokenOf('host', other, grants),
        });
        return body.items.map(({ id }) => id);
      };
      const channels = [other.channelId];
      expect(await list('/v1/channels', { channels })).toEqual(channels);
      expect(await list('/v1/mix-tasks', { channels })).toEqual([other.mixTaskId]);
      const conferences = [other.conferenceId];
      expect(await list('/v1/conferences', { conferences })).toEqual(conferences);
      expect(await list('/v1/channels', { channels: [] })).toEqual([]);
    });
  });

  describe('a socket', () => {
    let world: World;
    const open: ImClient[] = [];
    const connect = async (token?: string) => {
      const client = await ImClient.connect(api.url, token === undefined ? {} : { token });
      open.push(client);
      return client;
    };
    const payload = (event: string) => ({
      channelId: world.channelId,
      ...(event === 'room:send' && { text: 'hello' }),
      ...(event === 'room:history' && { afterSeq: 0 }),
    });
    beforeAll(async () => {
      world = await build();
    });
    afterEach(() => open.splice(0).forEach((client) => client.close()));

    it('is refused without a good token', async () => {
      const bad = [undefined, 'garbage', await api.token('host', {}, -1)];
      for (const token of bad) await expect(connect(token)).rejects.toMatchObject({ data: { status: 401 } });
    });

    const events = Object.entries(eventPermissions);

    it.each(events)('%s serves whom the table says', async (event, { who }) => {
      for (const user of users) {
        const client = await connect(await tokenOf(user, world));
        if (event !== 'room:join') await client.must('room:join', { channelId: world.channelId });
        expect(await client.raw(event, payload(event))).toMatchObject({ ok: who.includes(user) });
      }
    });

    it.each(events.filter(([, { within }]) => within))(
      '%s is closed to a token for another channel',
      async (event) => {
        const client = await connect(await tokenOf('host', world, { channels: [randomUUID()] }));
        const answer = await client.raw(event, payload(event));
        const code = event === 'room:join' ? 'not_granted' : 'not_in_room';
        expect(answer).toMatchObject({ ok: false, error: { code } });
      },
    );
  });
});
