/** Push keys that are revoked, channels that are suspended, viewers who are put out: what is stored, told, and sent. */
import type {
  AuditEntryView,
  ChannelView,
  ListView,
  PlaybackView,
  ProblemDetails,
  PushUrlView,
  ViewerBanView,
} from '../../../src/contracts';
import type { ChannelDoors, PlayGrant } from '../../../src/media/contract';
import { LiveFacade } from '../../../src/live';
import type { ImClient } from '../../support/app/im-client';
import { ControlPlane } from '../../support/fixtures/control-plane';
import { until } from '../../support/waiting/until';

let control: ControlPlane;
beforeAll(async () => {
  control = await ControlPlane.start({ ROLE: 'api' });
}, 60_000);
afterAll(() => control.stop());
afterEach(() => control.everybodyLeaves());

let id: string;
let host: ImClient;
const path = (rest: string) => `channels/${id}/${rest}`;
const code = async (who: string, method: string, rest: string, body?: object) => {
  const answer = await control.as<ProblemDetails | null>(who, method, path(rest), body);
  return answer.body?.code ?? answer.status;
};
/** The doors that the node was told last. */
const told = () => {
  const start = `channels/${id}/settings `;
  const sent = control.node.commands.filter((command) => command.startsWith(start)).at(-1);
  if (sent === undefined) return undefined;
  return (JSON.parse(sent.slice(start.length)) as { doors: ChannelDoors }).doors;
};
const playGrant = async (who: string): Promise<PlayGrant> => {
  const { flv } = await control.api.must<PlaybackView>(who, 'GET', path('playback'));
  return (await control.api.signer.verify('play', new URL(flv).searchParams.get('token')!))!;
};
const pushUrl = (who = 'host') => control.api.must<PushUrlView>(who, 'POST', path('push-url'));
const audited = async (action: string) => {
  const list = `audit?action=${action}&limit=1`;
  return (await control.api.must<ListView<AuditEntryView>>('admin', 'GET', list)).items[0];
};

beforeEach(async () => {
  ({ id } = await control.api.must<ChannelView>('host', 'POST', 'channels', { title: 'Show' }));
  host = await control.online('host', id);
  await control.push(id);
});

describe('push keys', () => {
  it('are revoked by host and admin: the node is told at once, and new ones are good', async () => {
    expect(await control.grantOf(await pushUrl())).toMatchObject({ generation: 0 });
    expect(await code('viewer', 'DELETE', 'push-url')).toBe('not_allowed');
    expect(await code('host', 'DELETE', 'push-url')).toBe(204);
    await until(() => told()?.pushGeneration === 1);
    await host.until(([name, p]) => name === 'live:push-revoked' && p.channelId === id);
    expect(await control.grantOf(await pushUrl())).toMatchObject({ generation: 1 });
    expect(await code('admin', 'DELETE', 'push-url')).toBe(204);
    await until(() => told()?.pushGeneration === 2);
    expect(await audited('channel.push-keys-revoked')).toMatchObject({ subject: { type: 'channel', id } });
  });

  it('of a mix on the host’s device are among them, those of our mixers are not', async () => {
    const live = control.api.get(LiveFacade);
    expect(await control.grantOf(await live.mixPushUrl(id, 7))).toMatchObject({ role: 'mix', generation: 0 });
    const target = new URL((await live.mixTarget(id, 7)).replace('rtmp:', 'http:'));
    const grant = await control.api.signer.verify('push', target.searchParams.get('token')!);
    expect(grant).toMatchObject({ role: 'mix', epoch: 7 });
    expect(grant).not.toHaveProperty('generation');
  });
});

describe('a channel that is suspended', () => {
  it('gives out no addresses, says why to its owner, and ends its co-hosting, until it is resumed', async () => {
    const watcher = await control.online('viewer', id);
    expect(await code('host', 'POST', 'suspension', { note: 'x' })).toBe('not_allowed');
    expect(await code('admin', 'POST', 'suspension', { note: 'Rights of others' })).toBe(204);
    await until(() => told()?.suspended === true);
    await host.until(([name, p]) => name === 'live:suspension' && p.note === 'Rights of others');
    await watcher.until(([name, p]) => name === 'live:suspension' && p.suspended && p.note === null);
    const seen = async (who: string) =>
      (await control.api.must<ChannelView>(who, 'GET', `channels/${id}`)).suspensionNote;
    expect([await seen('host'), await seen('viewer')]).toEqual(['Rights of others', null]);
    for (const [method, rest] of [
      ['GET', 'playback'],
      ['POST', 'push-url'],
    ] as const) {
      expect(await code('host', method, rest)).toBe('channel_suspended');
    }
    expect(await audited('channel.suspended')).toMatchObject({ actor: { userId: 'admin' } });
    expect(await code('admin', 'DELETE', 'suspension')).toBe(204);
    await until(() => told()?.suspended === false);
    expect(await code('host', 'GET', 'playback')).toBe(200);
    await watcher.until(([name, p]) => name === 'live:suspension' && !p.suspended);
  });

  it('ends its co-hosting, and begins none', async () => {
    const { channelId, viewer, session } = await control.begin();
    id = channelId;
    const apply = { kind: 'apply' };
    const { body } = await control.as<{ id: string }>('gus', 'POST', path('co-host/invitations'), apply);
    const other = await control.api.must<ChannelView>('una', 'POST', 'channels', { title: 'Other' });
    const una = await control.online('una');
    const challenge = { channelId: other.id };
    const made = await control.api.must<{ id: string }>('host', 'POST', path('pk/invitations'), challenge);
    await control.as('admin', 'POST', path('suspension'), { note: 'x' });
    await control.sees(viewer, session, (s) => s.state === 'failed' && s.reason === 'channel_suspended');
    for (const [who, what] of [
      ['host', `co-host/invitations/${body.id}/accept`],
      ['una', `pk/invitations/${made.id}/accept`],
    ] as const) {
      const answer = await control.as<ProblemDetails>(who, 'POST', what);
      expect(answer.body.code).toBe('channel_suspended');
    }
    expect(await code('max', 'POST', 'co-host/invitations', apply)).toBe('channel_suspended');
    const invite = { kind: 'invite', userId: 'una' };
    expect(await code('host', 'POST', 'co-host/invitations', invite)).toBe('channel_suspended');
    expect(await code('host', 'POST', 'pk/invitations', challenge)).toBe('channel_suspended');
    const back = await control.as<ProblemDetails>('una', 'POST', `channels/${other.id}/pk/invitations`, {
      channelId: id,
    });
    expect(back.body.code).toBe('channel_suspended');
    una.close();
  });
});

describe('a viewer who is put out', () => {
  it('gets no addresses, and is named to the node as their token names them, until they are let in', async () => {
    const gina = await control.online('gina', id);
    const { viewer } = await playGrant('gina');
    expect((await playGrant('max')).viewer).not.toBe(viewer);
    expect(await code('max', 'POST', 'viewer-bans', { userId: 'gina' })).toBe('not_allowed');
    expect(await code('host', 'POST', 'viewer-bans', { userId: 'host' })).toBe('invalid_input');
    expect(await code('host', 'POST', 'viewer-bans', { userId: 'gina' })).toBe(201);
    await until(() => told()?.putOut.join() === viewer);
    await gina.until(([name, p]) => name === 'live:viewer-ban' && p.active && p.until === null);
    expect(await code('gina', 'GET', 'playback')).toBe('banned_from_watching');
    expect(await code('max', 'GET', 'playback')).toBe(200);
    const { items } = await control.api.must<ListView<ViewerBanView>>('host', 'GET', path('viewer-bans'));
    expect(items).toMatchObject([{ userId: 'gina', byUserId: 'host', until: null }]);
    expect(await code('admin', 'DELETE', 'viewer-bans/gina')).toBe(204);
    expect(await code('admin', 'DELETE', 'viewer-bans/gina')).toBe('ban_not_found');
    await until(() => told()?.putOut.length === 0);
    expect(await code('gina', 'GET', 'playback')).toBe(200);
  });

  it('may watch again when their time is over', async () => {
    await control.as('host', 'POST', path('viewer-bans'), { userId: 'gina', durationMs: 60_000 });
    expect(await code('gina', 'GET', 'playback')).toBe('banned_from_watching');
    await control.sql(`UPDATE viewer_bans SET until = now() WHERE channel_id = $1`, [id]);
    expect(await code('gina', 'GET', 'playback')).toBe(200);
  });
});

describe('a ban from the room', () => {
  const ban = (userId: string) => control.as('host', 'POST', path('im/bans'), { userId });
  const rule = (roomBansStopWatching: boolean) =>
    control.api.must<ChannelView>('host', 'PATCH', `channels/${id}`, { roomBansStopWatching });
  const isOut = async (who: string) => (await code(who, 'GET', 'playback')) === 'banned_from_watching';

  it('leaves people watching, unless the owner says otherwise; that counts for earlier bans too', async () => {
    await ban('gina');
    expect(await isOut('gina')).toBe(false);
    expect(await rule(true)).toMatchObject({ roomBansStopWatching: true });
    await until(() => isOut('gina'));
    await ban('max');
    expect(await isOut('max')).toBe(true);
    await until(() => told()?.putOut.length === 2);
    await control.as('host', 'DELETE', path('im/bans/max'));
    expect(await isOut('max')).toBe(false);
    // Put out in their own right as well: the room's ban isn't all that keeps them out.
    await control.as('host', 'POST', path('viewer-bans'), { userId: 'gina' });
    await rule(false);
    await until(() => told()?.putOut.length === 1);
    expect(await isOut('gina')).toBe(true);
    await control.as('host', 'DELETE', path('viewer-bans/gina'));
    expect(await isOut('gina')).toBe(false);
  });

  it('keeps nobody out once the owner has thought better of it, however fast', async () => {
    const people = Array.from({ length: 8 }, (_, nth) => `guest-${nth}`);
    await Promise.all(people.map(ban));
    const out = async () => {
      const [row] = await control.sql<{ n: number }[]>(
        `SELECT count(*)::int AS n FROM viewer_bans WHERE channel_id = $1`,
        [id],
      );
      return row!.n;
    };
    for (let round = 0; round < 3; round++) {
      await rule(true);
      await rule(false);
      await until(async () => (await out()) === 0);
      await rule(false);
      await rule(true);
      await until(async () => (await out()) === people.length);
    }
  });

  it('isn’t made shorter by a shorter one that keeps from watching, nor the other way round', async () => {
    await rule(true);
    const { viewer } = await playGrant('gina');
    const endMs = async () => {
      const [row] = await control.sql<{ put_out: { viewer: string; untilMs: number }[] }[]>(
        `SELECT put_out FROM channels WHERE id = $1`,
        [id],
      );
      return row!.put_out.find((one) => one.viewer === viewer)!.untilMs;
    };
    await ban('gina');
    await control.as('host', 'POST', path('viewer-bans'), { userId: 'gina', durationMs: 1000 });
    expect(await endMs()).toBeGreaterThan(Date.now() + 3_600_000);
    await control.as('host', 'POST', path('viewer-bans'), { userId: 'gina', durationMs: 600_000 });
    await control.as('host', 'DELETE', path('im/bans/gina'));
    expect(await endMs()).toBeLessThan(Date.now() + 700_000);
    expect(await isOut('gina')).toBe(true);
  });
});
