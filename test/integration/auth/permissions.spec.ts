/** Walks every route and socket event of the running app with every kind of caller (src/auth/permissions.ts). */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Signer } from '../../../src/auth';
import { eventPermissions, type Permission, routePermissions, type Who } from '../../../src/auth/permissions';
import type { ListView } from '../../../src/contracts';
import { ImClient } from '../../support/app/im-client';
import { eventsOf, routesOf } from '../../support/app/api-surface';
import type { TestApi } from '../../support/app/test-api';
import { bodies, PermissionWorlds, visitors, type World } from '../../support/fixtures/permission-world';

// A demo is a process of its own, which can't run here: it has ended as soon as it was started.
jest.mock('node:child_process', () => {
  const actual = jest.requireActual<{ fork: (program: string, ...rest: []) => unknown }>(
    'node:child_process',
  );
  const fork = (program: string, ...rest: []) => {
    if (program.endsWith('preview-process.js')) return actual.fork(program, ...rest);
    const child = Object.assign(new EventEmitter(), { exitCode: 1 });
    setImmediate(() => child.emit('exit', 1));
    return child;
  };
  return { ...actual, fork };
});

const users = ['viewer', 'guest', 'host', 'admin', ...visitors] as const;

describe('permissions', () => {
  let api: TestApi;
  let worlds: PermissionWorlds;
  beforeAll(async () => {
    worlds = await PermissionWorlds.start();
    ({ api } = worlds);
  }, 60_000);
  afterAll(() => worlds.stop());

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
      world = await worlds.build();
    });

    it.each(routes.filter(([, permission]) => closed(permission)))('%s is closed', async (route) => {
      const forged = await new Signer('z'.repeat(32)).sign(
        'api',
        { sub: 'host', name: 'h', role: 'admin' },
        600,
      );
      const ofMedia = await api.signer.sign('play', { channelId: world.channelId }, 600);
      const tokens = [undefined, await api.token('host', { role: 'admin' }, -1), forged, ofMedia, 'garbage'];
      const answers = await Promise.all(tokens.map((token) => worlds.ask(route, world, 'host', token)));
      expect(answers.map(({ status }) => status)).toEqual(tokens.map(() => 401));
    });

    it.each(routes.filter(([, permission]) => !closed(permission)))('%s is open', async (route) => {
      const { status, body } = await worlds.ask(route, world, 'nobody');
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
      shared = await worlds.build();
    });

    it.each(
      ofUsers.map(([route, p]) => [route, refused(route, p)] as const).filter(([, who]) => who.length > 0),
    )('%s refuses %p', async (route, who) => {
      for (const user of who) {
        const { status, body } = await worlds.ask(route, shared, user, await worlds.tokenOf(user, shared));
        expect({ user, status, code: body?.code }).toMatchObject({
          status: 403,
          code: expect.stringMatching(/^(not_(allowed|admitted|granted)|name_required)$/) as string,
        });
      }
    });

    it.each(ofUsers.map(([route, p]) => [route, allowed(route, p)] as const))(
      '%s serves %p',
      async (route, who) => {
        for (const user of who) {
          // What is changed or taken away must be there for the next one.
          const world =
            route.startsWith('GET') || /POST \/v1\/[\w-]+$/.test(route) ? shared : await worlds.build();
          const { status, body } = await worlds.ask(route, world, user, await worlds.tokenOf(user, world));
          // What is in the way of a request that was let in is no refusal.
          const inTheWay = [
            ...['already_on_air', 'co_host_conference', 'media_unavailable', 'client_mixing_off'],
            ...['pk_not_found', 'invitation_pending', 'member_not_found', 'not_on_air', 'no_picture'],
          ];
          const served = status < 400 || inTheWay.includes(body.code);
          expect({ user, served, status }).toEqual({ user, served: true, status });
          if (world !== shared) await worlds.close(world);
        }
      },
    );

    it.each(ofUsers.filter(([, { within }]) => within !== undefined))(
      '%s is closed to a token for something else',
      async (route, { within }) => {
        const who = routePermissions[route]?.who.includes('party') ? partiesOf(route)[0]! : 'host';
        const grants = within === 'channel' ? { channels: [randomUUID()] } : { conferences: [randomUUID()] };
        const { status, body } = await worlds.ask(
          route,
          shared,
          who,
          await worlds.tokenOf(who, shared, grants),
        );
        expect({ status, code: body.code }).toEqual({ status: 403, code: 'not_granted' });
      },
    );

    it.each(ofUsers.map(([route]) => route).filter((route) => route.endsWith('/:userId')))(
      '%s lets a guest do nothing to others',
      async (route) => {
        const [method = '', path = ''] = route.split(' ');
        const address = worlds.addressOf(path.replace(':userId', worlds.idIn(shared, 'host')), shared);
        const { status } = await api.request(method, address, {
          token: await worlds.tokenOf('guest', shared),
          body: bodies[route]?.('guest', shared),
        });
        expect(status).toBe(403);
      },
    );

    it('sees in lists only what their token is for', async () => {
      const other = await worlds.build();
      const list = async (path: string, grants: object) => {
        const { body } = await api.request<ListView<{ id: string }>>('GET', path, {
          token: await worlds.tokenOf('host', other, grants),
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
    const payload = (event: string, token = '') =>
      event === 'auth:renew'
        ? { token }
        : {
            channelId: world.channelId,
            ...(event === 'room:send' && { text: 'hello' }),
            ...(event === 'room:history' && { afterSeq: 0 }),
            ...(event === 'live:like' && { count: 1 }),
          };
    beforeAll(async () => {
      world = await worlds.build();
    });
    afterEach(() => open.splice(0).forEach((client) => client.close()));

    it('is refused without a good token', async () => {
      const bad = [undefined, 'garbage', await api.token('host', {}, -1)];
      for (const token of bad) await expect(connect(token)).rejects.toMatchObject({ data: { status: 401 } });
    });

    const events = Object.entries(eventPermissions);

    it.each(events)('%s serves whom the table says', async (event, { who }) => {
      for (const user of users) {
        const token = await worlds.tokenOf(user, world);
        const client = await connect(token);
        if (event !== 'room:join') await client.must('room:join', { channelId: world.channelId });
        expect(await client.raw(event, payload(event, token))).toMatchObject({ ok: who.includes(user) });
      }
    });

    it.each(events.filter(([, { within }]) => within))(
      '%s is closed to a token for another channel',
      async (event) => {
        const client = await connect(await worlds.tokenOf('host', world, { channels: [randomUUID()] }));
        const answer = await client.raw(event, payload(event));
        const code = event === 'room:join' ? 'not_granted' : 'not_in_room';
        expect(answer).toMatchObject({ ok: false, error: { code } });
      },
    );
  });
});
