/**
 * Everything with a pool of one connection: whatever asked for a second one while it holds one would wait until it is
 * refused as `overloaded`. test/integration/http/property.spec.ts asks every route in this way; here is what goes on behind
 * them: jobs, sweeps, and many at once.
 */
import type { InvitationView, PkMatchView, WatchView } from '../../../src/contracts';
import { BypassFixture } from '../../support/fixtures/bypass-fixture';
import { PkFixture } from '../../support/fixtures/pk-fixture';
import { until } from '../../support/waiting/until';

jest.setTimeout(120_000);

let control: BypassFixture;
beforeAll(async () => {
  control = await BypassFixture.start({
    DATABASE_POOL_SIZE: 1,
    ...{ MEMBER_GRACE_MS: 300, RESUME_TIMEOUT_MS: 2000, BYPASS_IDLE_MS: 300, INVITATION_TTL_MS: 600 },
    SWITCH_TIMEOUT_MS: 1000,
  });
}, 60_000);
beforeEach(() => {
  control.mixersPush = false;
});
afterAll(() => control.stop(), 60_000);

const ask = <T = unknown>(who: string, method: string, path: string, body?: object) =>
  control.api.must<T>(who, method, path, body);

it('a co-hosting: asked, expired, seated, switched, changed, given back', async () => {
  const { channelId, host, session } = await control.begin();
  const path = `channels/${channelId}/co-host`;
  await control.online('viewer', channelId);
  const { id } = await ask<InvitationView>('host', 'POST', `${path}/invitations`, {
    kind: 'invite',
    userId: 'viewer',
  });
  await host.until(([name, p]) => name === 'co-host:invitation' && p.id === id && p.state === 'expired');
  const epoch = await control.epochOf(session.mixTaskId!, host);
  await control.node.publish(channelId, 'mix', epoch);
  await control.sees(host, session, (s) => s.state === 'live');
  await ask('host', 'PATCH', path, { layout: { kind: 'speaker', fit: 'crop', background: '#000000' } });
  await ask('host', 'PATCH', `${path}/members/gina`, { seat: 2, audio: false });
  await ask('host', 'PATCH', `${path}/seats/3`, { locked: true });
  await ask('admin', 'PATCH', `channels/${channelId}`, { mixingMode: 'client' });
  await control.sees(host, session, (s) => s.mixSwitch?.state === 'rolled_back');
  await ask('host', 'POST', `${path}/bans`, { userId: 'gina' });
  await ask('host', 'DELETE', path);
  await control.sees(host, session, (s) => s.state === 'ended');
});

it('a match: challenged, run, decided, over', async () => {
  const pk = await PkFixture.start(control);
  const match = await pk.run(5000);
  const points = { matchId: match.id, points: 3 };
  await ask<PkMatchView>('admin', 'POST', `channels/${pk.ann.channelId}/pk/points`, points);
  const ended = await pk.matchIs('ended', match.id);
  expect(ended).toMatchObject({ reason: 'time_up', winner: pk.ann.channelId });
});

it('a bypass live: many ask at once, it plays, nobody watches', async () => {
  control.mixersPush = true;
  const { id } = await control.conference('open', 'owner', 'member');
  const path = `conferences/${id}/watch?waitMs=10000`;
  const viewers = ['v1', 'v2', 'v3', 'v4', 'v5', 'v6'];
  const seen = await Promise.all(viewers.map((who) => ask<WatchView>(who, 'POST', path)));
  expect(seen.map(({ status }) => status)).toEqual(viewers.map(() => 'live'));
  const { channelId } = (await control.live(id))!;
  await control.node.watch(channelId, 0);
  await control.inState(id, 'idle');
  expect((await control.live(id))!.reason).toBe('no_viewers');
});

it('thirty of everything at once', async () => {
  const { channelId } = await control.begin();
  const calls = Array.from({ length: 30 }, (_, n) => [
    control.as<object>(`user-${n}`, 'POST', `channels/${channelId}/co-host/invitations`, { kind: 'apply' }),
    control.as<object>('host', 'PATCH', `channels/${channelId}/co-host`, {}),
    control.as<object>(`user-${n}`, 'POST', 'conferences', {}),
    control.as<object>('admin', 'GET', 'mix-tasks'),
  ]);
  const answers = await Promise.all(calls.flat());
  expect([...new Set(answers.map(({ status }) => status))].filter((status) => status >= 500)).toEqual([]);
});

it('and the process goes on', async () => {
  const { status } = await control.api.request('GET', '/health/ready');
  expect(status).toBe(200);
  await until(async () => (await control.as('admin', 'GET', 'nodes')).status === 200);
});
