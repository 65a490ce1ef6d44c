import { DataSource } from 'typeorm';
import { CoHostMember, CoHostSession } from '../../../src/co-host';
import { ConferenceEnded, ConferenceMemberChanged } from '../../../src/conference';
import type { ChannelSource, CoHostView } from '../../../src/contracts';
import { dataSourceOptions } from '../../../src/platform/database';
import { ChannelDeleted, ChannelSourceChanged, HostPublishChanged } from '../../../src/live';
import { MixTaskChanged, type MixTaskRecord } from '../../../src/mixing';
import { CoHostApp, Surroundings } from '../../support/fixtures/co-host-fixture';
import { createTestDatabase, type TestDatabase } from '../../support/database/postgres';
import { until } from '../../support/process/processes';

let database: TestDatabase;
let rows: DataSource;
let around: Surroundings;
let app: CoHostApp;
let channelId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  around = new Surroundings();
  app = await CoHostApp.start(database.url, around);
  rows = await new DataSource(dataSourceOptions(database.url)).initialize();
}, 60_000);

afterAll(async () => {
  await rows.destroy();
  await app.close();
  await database.drop();
});

let shows = 0;
beforeEach(async () => {
  // Nobody of an earlier test is on the air any more; what was started is left as it is.
  await rows.query(`UPDATE co_host_members SET state = 'left'`);
  await rows.query(
    `UPDATE co_host_sessions SET state = 'ended', ended_at = now(), cleaned_at = now() WHERE ended_at IS NULL`,
  );
  const hostVideo = { width: 320, height: 240, fps: 15 };
  channelId = around.live.add({ title: `Show ${++shows}`, hostVideo }).id;
});

/** @param meanwhile what nobody notices */
async function restart(environment: Record<string, string> = {}, meanwhile?: () => unknown): Promise<void> {
  await app.close();
  await meanwhile?.();
  app = await CoHostApp.start(database.url, around, environment);
}

/** Whoever was accepted by now was so an hour ago. */
async function longAgo(): Promise<void> {
  await rows.query(`UPDATE co_host_sessions SET created_at = created_at - interval '1 hour'`);
  await rows.query(`UPDATE co_host_members SET seated_at = seated_at - interval '1 hour'`);
}

const path = (rest = '') => `channels/${channelId}/co-host${rest}`;
const host = 'user:host';

async function apply(userId: string): Promise<string> {
  return (await app.as(userId, 'POST', path('/invitations'), { kind: 'apply' })).body.id;
}
function accept(invitationId: string, by = app) {
  return by.as('host', 'POST', `co-host/invitations/${invitationId}/accept`);
}
async function seatGuest(userId: string): Promise<CoHostView> {
  const { status, body } = await accept(await apply(userId));
  expect(status).toBe(200);
  return body.session;
}

/** The media's side of the story. */
function inCall(session: CoHostView, userId: string, state: 'joined' | 'connected' | 'left', by = app): void {
  const member = around.conferences.set(session.conferenceId, userId, { state });
  by.bus.publish(new ConferenceMemberChanged(session.conferenceId, { ...member }));
}
function source(now: ChannelSource, epoch = now === 'none' ? 0 : 2, by = app): void {
  const channel = around.live.channels.get(channelId)!;
  const previous = channel.source;
  channel.source = now;
  by.bus.publish(new ChannelSourceChanged(channelId, now, epoch, previous));
}
function mix(session: CoHostView, set: Partial<MixTaskRecord>): void {
  const task = around.mixing.set(session.mixTaskId!, set);
  app.bus.publish(new MixTaskChanged({ ...task }));
}
function told(session: CoHostView, fits: (s: CoHostView) => boolean): Promise<CoHostView> {
  return around.im.signal(
    `room:${session.channelId}`,
    'co-host:session',
    (s) => s.id === session.id && fits(s),
  );
}
const hub = () => around.live.calls.filter((call) => call.endsWith(channelId));
const conferences = () => around.conferences.created.filter((c) => c.title === `Show ${shows}`);
const tasks = () => [...around.mixing.tasks.values()].filter((t) => t.channelId === channelId);
const toHost = (event: 'live:stop-push' | 'live:resume-push') =>
  around.im.of(host, event).filter((p) => (p as { channelId: string }).channelId === channelId);
const inState = (state: CoHostView['state']) => (s: CoHostView) => s.state === state;
const seatsOf = (session: CoHostView) =>
  around.mixing.tasks.get(session.mixTaskId!)!.seats.map((s) => s.userId);

async function goLive(...guests: string[]): Promise<CoHostView> {
  let session!: CoHostView;
  for (const guest of guests) session = await seatGuest(guest);
  for (const userId of ['host', ...guests]) inCall(session, userId, 'connected');
  await told(session, (s) => s.members.every((m) => m.state === 'on-air'));
  mix(session, { state: 'running', epoch: 2 });
  source('mix');
  return told(session, inState('live'));
}
/** Everything that a session had started is over. */
async function undone(session: CoHostView): Promise<void> {
  const { mixTaskId, conferenceId } = session;
  await undoneAtLast(session);
  expect(around.mixing.calls).toContain(`stop ${mixTaskId}`);
  expect(around.conferences.calls).toContain(`end ${conferenceId}`);
  expect(hub()).toEqual([`returnToHost ${channelId}`, `disconnectMix ${channelId}`]);
}
async function undoneAtLast({ id }: CoHostView): Promise<void> {
  await until(async () => (await rows.manager.findOneByOrFail(CoHostSession, { id })).cleanedAt !== null);
}

describe('an acceptance', () => {
  it('makes a conference for those who were admitted, seats, and a mix of the size of the host', async () => {
    const session = await seatGuest('gina');
    expect(session).toMatchObject({
      channelId,
      state: 'connecting',
      layout: { kind: 'grid' },
      members: [
        { userId: 'host', name: 'Hana', seat: 0, role: 'host', state: 'invited' },
        { userId: 'gina', name: 'Name of gina', seat: 1, role: 'guest', state: 'invited' },
      ],
      reason: null,
      endedAt: null,
    });
    expect(conferences()).toEqual([
      {
        title: `Show ${shows}`,
        ownerId: 'host',
        ownerName: 'Hana',
        access: 'members',
        purpose: 'co-host',
        admitted: [{ userId: 'gina', name: 'Name of gina' }],
      },
    ]);
    expect(around.mixing.tasks.get(session.mixTaskId!)).toMatchObject({
      channelId,
      conferenceId: session.conferenceId,
      reason: { type: 'co-host', id: session.id },
      output: { width: 320, height: 240, fps: 15, gop: 30 },
      seats: [
        { userId: 'host', seat: 0 },
        { userId: 'gina', seat: 1 },
      ],
    });
    await told(session, (s) => s.mixTaskId === session.mixTaskId);
    await around.im.signal('user:gina', 'co-host:session', (s) => s.conferenceId === session.conferenceId);
    expect((await app.as('stranger', 'GET', path())).body).toEqual(session);
  });

  it('names an invited viewer as his own token does', async () => {
    const { id } = (await app.as('host', 'POST', path('/invitations'), { kind: 'invite', userId: 'gina' }))
      .body;
    const { body } = await app.as('gina', 'POST', `co-host/invitations/${id}/accept`);
    expect(body).toMatchObject({ invitation: { state: 'accepted', userName: 'Name of gina' } });
    expect(body.session.members[1]).toMatchObject({ userId: 'gina', name: 'Name of gina' });
  });

  it('of several at the same moment, in two processes, makes one conference and one mix', async () => {
    const other = await CoHostApp.start(database.url, around);
    const ids = await Promise.all(['gina', 'max', 'zoe', 'bo'].map(apply));
    const answers = await Promise.all(ids.map((id, i) => accept(id, i % 2 ? app : other)));
    await other.close();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.session.id)).size).toBe(1);
    expect(conferences()).toHaveLength(1);
    expect(tasks()).toHaveLength(1);
    const session = (await app.as('host', 'GET', path())).body as unknown as CoHostView;
    expect(session.members.map((m) => m.seat)).toEqual([0, 1, 2, 3, 4]);
    await until(() => seatsOf(session).length === 5);
  });

  it('of the same invitation, twice at the same moment, is one', async () => {
    const id = await apply('gina');
    const [one, two] = (await Promise.all([accept(id), accept(id)])).sort((a, b) => a.status - b.status);
    expect(one.status).toBe(200);
    expect(two.body).toMatchObject({
      code: 'invalid_transition',
      args: { from: 'accepted', to: 'accepted' },
    });
    expect(conferences()).toHaveLength(1);
  });

  it('stops at nine seats, and leaves the invitation as it was', async () => {
    for (let i = 1; i <= 8; i++) await seatGuest(`guest-${i}`);
    const id = await apply('ninth');
    expect((await accept(id)).body).toMatchObject({ code: 'seats_full', args: { limit: 9 } });
    const { items } = (await app.as('ninth', 'GET', path('/invitations'))).body as unknown as {
      items: object[];
    };
    expect(items).toMatchObject([{ state: 'pending' }]);
    expect((await app.as('host', 'DELETE', path('/members/guest-3'))).status).toBe(204);
    expect((await accept(id)).body.session.members.find((m) => m.userId === 'ninth')!.seat).toBe(3);
  });

  it('is nothing for one who has a seat', async () => {
    await seatGuest('gina');
    const again = await app.as('gina', 'POST', path('/invitations'), { kind: 'apply' });
    expect(again.body.code).toBe('already_on_air');
  });

  it('holds when the mix does not start; the sweep starts it', async () => {
    around.mixing.broken = true;
    const session = await seatGuest('gina');
    expect(session).toMatchObject({ state: 'connecting', mixTaskId: null });
    await restart({}, () => (around.mixing.broken = false));
    const { mixTaskId } = await told(session, (s) => s.mixTaskId !== null);
    expect(around.mixing.tasks.get(mixTaskId!)).toMatchObject({ state: 'queued' });
    expect(tasks()).toHaveLength(1);
  });

  it('is refused by a session that ends', async () => {
    await goLive('gina');
    const id = await apply('max');
    await app.as('host', 'DELETE', path());
    expect((await accept(id)).body).toMatchObject({ code: 'invalid_transition', args: { from: 'ending' } });
  });
});

describe('who may do what', () => {
  const layout = { kind: 'floating', fit: 'fit', background: '#102030' };
  const output = { width: 320, height: 240, fps: 10, gop: 20, videoBitrate: 400_000, audioBitrate: 64_000 };

  it.each([
    ['PATCH', '', { layout }, { host: 200, gina: 403, stranger: 403, admin: 200 }],
    ['PATCH', '', { output }, { host: 200, gina: 403, stranger: 403, admin: 200 }],
    [
      'PATCH',
      '/members/gina',
      { audio: false },
      { host: 200, gina: 200, stranger: 403, max: 403, admin: 403 },
    ],
    ['PATCH', '/members/host', { audio: false }, { host: 200, gina: 403 }],
    ['PATCH', '/members/nobody', { audio: false }, { host: 404, gina: 403 }],
    ['DELETE', '/members/nobody', undefined, { host: 404, gina: 403 }],
    ['DELETE', '/members/host', undefined, { gina: 403, host: 204 }],
    ['DELETE', '/members/gina', undefined, { max: 403, stranger: 403, admin: 403, gina: 204, host: 404 }],
    ['DELETE', '', undefined, { gina: 403, stranger: 403, host: 204 }],
    ['DELETE', '', undefined, { admin: 204 }],
  ])('%s co-host%s', async (method, rest, body, expected) => {
    await seatGuest('gina');
    await seatGuest('max');
    for (const [who, status] of Object.entries(expected)) {
      expect([who, (await app.as(who, method, path(rest), body)).status]).toEqual([who, status]);
    }
  });

  it('needs a session, and a body that makes sense', async () => {
    expect((await app.as('host', 'GET', path())).status).toBe(204);
    expect((await app.as('host', 'DELETE', path())).body.code).toBe('session_not_found');
    await seatGuest('gina');
    const wrong = await app.as('host', 'PATCH', path(), { layout: { kind: 'pile' } });
    expect(wrong.body.code).toBe('invalid_input');
    for (const set of [{ width: 321 }, { fps: 100 }, { videoBitrate: 1 }, { gop: undefined }]) {
      const { body } = await app.as('host', 'PATCH', path(), { output: { ...output, ...set } });
      expect([set, body.code]).toEqual([set, 'invalid_input']);
    }
    expect((await app.as('host', 'PATCH', path('/members/gina'), { audio: 'no' })).status).toBe(400);
  });
});

describe('a running session', () => {
  it('is live when viewers see its mix, and tells the host to stop his push', async () => {
    const session = await seatGuest('gina');
    for (const userId of ['host', 'gina']) inCall(session, userId, 'connected');
    await told(session, (s) => s.members.every((m) => m.state === 'on-air'));
    // What an earlier session has left at the hub is not this one's mix.
    mix(session, { state: 'starting', epoch: 3 });
    source('mix', 2);
    source('mix', 3);
    await told(session, inState('live'));
    await around.im.signal(host, 'live:stop-push', (p) => p.channelId === channelId);
    expect(toHost('live:stop-push')).toHaveLength(1);
  });

  it('tells the host again when his encoder comes back', async () => {
    await goLive('gina');
    app.bus.publish(new HostPublishChanged(channelId, true));
    await until(() => toHost('live:stop-push').length === 2);
  });

  it('gives a guest his tile when he is in the call, and takes it when he has left', async () => {
    const session = await goLive('gina');
    await seatGuest('max');
    expect(seatsOf(session)).toEqual(['host', 'gina']);
    inCall(session, 'max', 'connected');
    await told(session, (s) => s.members[2]?.state === 'on-air');
    await until(() => seatsOf(session).length === 3);
    inCall(session, 'gina', 'joined');
    inCall(session, 'gina', 'left');
    const after = await told(session, (s) => s.members.some((m) => m.state === 'left'));
    expect(after).toMatchObject({
      state: 'live',
      members: [{ seat: 0 }, { userId: 'max' }, { state: 'left' }],
    });
    await until(() => seatsOf(session).join() === 'host,max');
    await around.im.signal(
      'user:gina',
      'co-host:removed',
      (r) => r.sessionId === session.id && r.reason === 'left',
    );
    await until(() => around.conferences.calls.includes(`expel ${session.conferenceId} gina`));
  });

  it('goes on with the host alone, and seats a guest who comes again', async () => {
    const session = await goLive('gina');
    expect((await app.as('host', 'DELETE', path('/members/gina'))).status).toBe(204);
    await around.im.signal(
      'user:gina',
      'co-host:removed',
      (r) => r.sessionId === session.id && r.reason === 'removed_by_host',
    );
    expect(around.conferences.calls).toContain(`expel ${session.conferenceId} gina`);
    expect(seatsOf(session)).toEqual(['host']);
    expect((await app.as('host', 'GET', path())).body).toMatchObject({ state: 'live' });
    const again = await seatGuest('gina');
    expect(again.id).toBe(session.id);
    expect(again.members[1]).toMatchObject({ userId: 'gina', seat: 1, state: 'invited' });
    expect(around.conferences.calls).toContain(`admit ${session.conferenceId} gina`);
  });

  it('keeps a guest who is accepted again before he was put out', async () => {
    const session = await goLive('gina');
    const { conferences } = around;
    conferences.beforeExpel = () => seatGuest('gina');
    expect((await app.as('host', 'DELETE', path('/members/gina'))).status).toBe(204);
    expect(conferences.calls).toContain(`expel ${session.conferenceId} gina`);
    expect(await conferences.members(session.conferenceId)).toContainEqual(
      expect.objectContaining({ userId: 'gina', state: 'invited', admission: 2 }),
    );
    inCall(session, 'gina', 'connected');
    await told(session, (s) => s.members.some((m) => m.userId === 'gina' && m.state === 'on-air'));
  });

  it('mutes in the call and in the mix, whoever does it where', async () => {
    const session = await goLive('gina');
    const { body } = await app.as('gina', 'PATCH', path('/members/gina'), { video: false });
    expect(body).toMatchObject({ members: [{ video: true }, { audio: true, video: false }] });
    expect(around.conferences.calls).toContain(
      `permissions ${session.conferenceId} gina {"video":false} by self`,
    );
    expect(around.mixing.tasks.get(session.mixTaskId!)!.seats[1]).toMatchObject({
      audio: true,
      video: false,
    });
    around.conferences.set(session.conferenceId, 'gina', { audio: false });
    inCall(session, 'gina', 'connected');
    await until(() => around.mixing.tasks.get(session.mixTaskId!)!.seats[1]!.audio === false);
  });

  it('changes the layout of the mix that runs', async () => {
    const session = await goLive('gina');
    const layout = { kind: 'floating', fit: 'fit', background: '#102030' };
    expect((await app.as('host', 'PATCH', path(), { layout })).body).toMatchObject({ state: 'live', layout });
    expect(around.mixing.tasks.get(session.mixTaskId!)!.layout).toEqual(layout);
    expect(tasks()).toHaveLength(1);
  });
});

describe('the output of the mix that runs', () => {
  const small = { width: 320, height: 240, fps: 10, gop: 20, videoBitrate: 400_000, audioBitrate: 64_000 };

  it('is what the mix began with, and changes with everything else as it is', async () => {
    const session = await goLive('gina');
    const task = () => around.mixing.tasks.get(session.mixTaskId!)!;
    const { layout, seats, output, version } = task();
    expect(session.output).toEqual(output);
    const { body } = await app.as('host', 'PATCH', path(), { output: small });
    expect(body).toMatchObject({ state: 'live', output: small, layout, mixTaskId: session.mixTaskId });
    await told(session, (s) => s.output?.width === 320);
    expect(task()).toMatchObject({ version: version + 1, output: small, layout, seats });
    // Another layout leaves it, and so does another output of the channel, which is for the next session.
    around.live.channels.get(channelId)!.output = { ...small, width: 640 };
    const floating = { kind: 'floating', fit: 'fit', background: '#102030' };
    await app.as('admin', 'PATCH', path(), { layout: floating });
    expect(task()).toMatchObject({ output: small, layout: floating });
    const calls = around.mixing.calls.length;
    expect((await app.as('host', 'PATCH', path(), {})).body).toMatchObject({ output: small });
    expect(around.mixing.calls).toHaveLength(calls);
    expect(tasks()).toHaveLength(1);
  });
});

describe('the end', () => {
  it('waits for the push of the host, then takes the mix away', async () => {
    const session = await goLive('gina');
    expect((await app.as('host', 'DELETE', path())).status).toBe(204);
    await told(session, inState('ending'));
    await around.im.signal(host, 'live:resume-push', (p) => p.channelId === channelId);
    expect(hub()).toEqual([`returnToHost ${channelId}`]);
    expect(around.mixing.calls).not.toContain(`stop ${session.mixTaskId}`);
    expect((await app.as('host', 'DELETE', path())).status).toBe(204);

    source('host', 3);
    const ended = await told(session, inState('ended'));
    expect(ended).toMatchObject({ reason: 'ended_by_host', members: [{ state: 'left' }, { state: 'left' }] });
    expect(ended.endedAt).not.toBeNull();
    await around.im.signal(
      'user:gina',
      'co-host:removed',
      (r) => r.sessionId === session.id && r.reason === 'ended_by_host',
    );
    expect(around.im.of(host, 'co-host:removed')).toEqual([]);
    await undone(session);
    expect((await app.as('host', 'GET', path())).status).toBe(204);
  });

  it('does not wait for ever: the mix stops first, the host may push later', async () => {
    await restart({ RESUME_TIMEOUT_MS: '400' });
    const session = await goLive('gina');
    await app.as('host', 'DELETE', path());
    await told(session, inState('ended'));
    await undone(session);
    expect(around.live.channels.get(channelId)!.source).toBe('mix');
    await restart();
  });

  it('is not forgotten over a restart', async () => {
    const session = await goLive('gina');
    await app.as('host', 'DELETE', path());
    await restart({}, () => (around.live.channels.get(channelId)!.source = 'host'));
    await told(session, inState('ended'));
    await undone(session);
  });

  it('is at once for a session that never was on the air', async () => {
    const session = await seatGuest('gina');
    await app.as('admin', 'DELETE', path());
    expect(await told(session, inState('ended'))).toMatchObject({ reason: 'ended_by_admin' });
    await undone(session);
    // The host's push was on the air all the time.
    expect(toHost('live:resume-push')).toEqual([]);
    const next = await seatGuest('gina');
    expect(next.id).not.toBe(session.id);
  });

  it.each([
    ['the host has left', ['host'], 'host_left'],
    ['nobody is left', ['gina', 'host'], 'everyone_left'],
  ])('comes when %s', async (_, leavers, reason) => {
    const session = await goLive('gina');
    for (const userId of leavers) {
      inCall(session, userId, 'left');
      await told(session, (s) => s.members.some((m) => m.userId === userId && m.state === 'left'));
    }
    expect(await told(session, inState('ending'))).toMatchObject({ reason });
    source('host', 3);
    await told(session, inState('ended'));
    await undone(session);
  });

  it('comes when the conference was ended', async () => {
    const session = await goLive('gina');
    app.bus.publish(new ConferenceEnded(session.conferenceId));
    expect(await told(session, inState('ending'))).toMatchObject({ reason: 'conference_ended' });
  });

  it('leaves the mix of a newer session alone', async () => {
    const session = await goLive('gina');
    await app.as('host', 'DELETE', path());
    source('host', 3);
    await told(session, inState('ended'));
    await undone(session);
    const next = await goLive('max');
    const before = hub();
    // As after a crash between the end and the clean-up.
    await restart({}, () => rows.manager.update(CoHostSession, { id: session.id }, { cleanedAt: null }));
    await undoneAtLast(session);
    expect(hub()).toEqual(before);
    expect((await app.as('host', 'GET', path())).body).toMatchObject({ id: next.id, state: 'live' });
  });
});

describe('failure', () => {
  it('is when the mix fails: its code is the reason, and everything is undone', async () => {
    const session = await goLive('gina');
    source('none');
    mix(session, { state: 'failed', error: 'refused' });
    expect(await told(session, inState('failed'))).toMatchObject({ reason: 'refused' });
    await around.im.signal(
      'user:gina',
      'co-host:removed',
      (r) => r.sessionId === session.id && r.reason === 'refused',
    );
    await around.im.signal(host, 'live:resume-push', (p) => p.channelId === channelId);
    await undone(session);
  });

  it('is when no mix comes on the air in time, also over a restart', async () => {
    const short = { CONNECTING_TIMEOUT_MS: '800' };
    await restart(short);
    const session = await seatGuest('gina');
    await restart(short);
    expect(await told(session, inState('failed'))).toMatchObject({ reason: 'connecting_timeout' });
    await undone(session);
    expect(toHost('live:resume-push')).toEqual([]);
    await restart();
  });

  it('is not when a guest does not come in time: he gives up his seat', async () => {
    const session = await goLive('gina');
    await seatGuest('max');
    await restart({}, longAgo);
    const after = await told(session, (s) => s.members.some((m) => m.userId === 'max' && m.state === 'left'));
    expect(after).toMatchObject({ state: 'live', members: [{ userId: 'host' }, { userId: 'gina' }, {}] });
    await around.im.signal('user:max', 'co-host:removed', (r) => r.reason === 'connecting_timeout');
    // He is told with the commit, and put out of the call after it.
    await until(() => around.conferences.calls.includes(`expel ${session.conferenceId} max`));
  });

  it('is not when the host does not come: it ends with the last guest', async () => {
    const session = await seatGuest('gina');
    inCall(session, 'gina', 'connected');
    mix(session, { state: 'running', epoch: 2 });
    source('mix');
    await told(session, inState('live'));
    inCall(session, 'gina', 'left');
    await told(session, (s) => s.members.some((m) => m.userId === 'gina' && m.state === 'left'));
    await restart({}, longAgo);
    expect(await told(session, inState('ending'))).toMatchObject({ reason: 'everyone_left' });
    source('host', 3);
    await told(session, inState('ended'));
    await undone(session);
  });

  it('is not when the mix fails of a session that ends anyway', async () => {
    const session = await goLive('gina');
    await app.as('host', 'DELETE', path());
    mix(session, { state: 'failed', error: 'egress_lost' });
    expect(await told(session, inState('ended'))).toMatchObject({ reason: 'ended_by_host' });
    await undone(session);
  });

  it('is when the channel is deleted', async () => {
    const session = await goLive('gina');
    around.live.channels.delete(channelId);
    app.bus.publish(new ChannelDeleted(channelId));
    expect(await told(session, inState('failed'))).toMatchObject({ reason: 'channel_not_found' });
    await undone(session);
  });

  it('of a step of the clean-up is made up for', async () => {
    const session = await goLive('gina');
    const end = jest.spyOn(around.conferences, 'end').mockRejectedValueOnce(new Error('for once'));
    mix(session, { state: 'failed', error: 'internal' });
    await told(session, inState('failed'));
    const tries = () => end.mock.calls.filter(([id]) => id === session.conferenceId).length;
    await until(() => tries() >= 1);
    await restart();
    await undoneAtLast(session);
    expect(tries()).toBe(2);
    end.mockRestore();
  });
});

describe('what was missed is made up for at the start', () => {
  it('seats follow the conference, and who has no seat is put out of it', async () => {
    const session = await goLive('gina', 'max');
    await restart({}, async () => {
      around.conferences.set(session.conferenceId, 'gina', { state: 'left' });
      await rows.manager.update(CoHostMember, { sessionId: session.id, userId: 'max' }, { state: 'left' });
    });
    await until(() => around.conferences.calls.includes(`expel ${session.conferenceId} max`));
    const { body } = await app.as('host', 'GET', path());
    expect(body).toMatchObject({
      state: 'live',
      members: [{ userId: 'host' }, { state: 'left' }, { state: 'left' }],
    });
    await until(() => seatsOf(session).join() === 'host');
  });

  it('a mix that came on the air', async () => {
    const session = await seatGuest('gina');
    await restart({}, () => {
      around.live.channels.get(channelId)!.source = 'mix';
      around.mixing.set(session.mixTaskId!, { state: 'running' });
    });
    await told(session, inState('live'));
  });
});

describe('the relay', () => {
  it('tells the members of a conference about each other, and the host about his mix', async () => {
    const session = await seatGuest('gina');
    inCall(session, 'gina', 'connected');
    const seen = await around.im.signal(
      host,
      'conference:member',
      (p) => p.conferenceId === session.conferenceId,
    );
    expect(seen).toEqual({
      conferenceId: session.conferenceId,
      member: {
        id: expect.any(String) as string,
        userId: 'gina',
        name: 'Name of gina',
        state: 'connected',
        audio: true,
        video: true,
        audioMutedByHost: false,
        videoMutedByHost: false,
      },
    });
    mix(session, { state: 'running' });
    const task = await around.im.signal(
      host,
      'mix:task',
      (t) => t.id === session.mixTaskId && t.state === 'running',
    );
    expect(task).toMatchObject({ id: session.mixTaskId, channelId, mode: 'server', statistics: null });
    expect(task).not.toHaveProperty('seats');
    app.bus.publish(new ConferenceEnded(session.conferenceId));
    const fits = (p: { conferenceId: string }) => p.conferenceId === session.conferenceId;
    await around.im.signal('user:gina', 'conference:ended', fits);
    await around.im.signal(host, 'conference:ended', fits);
  });
});
