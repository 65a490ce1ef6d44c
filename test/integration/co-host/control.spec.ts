/** Seats, the queue of applications, distinct refusals, mutes and bans, on a real database; the media is played. */
import { DataSource } from 'typeorm';
import { RoomLeft } from '../../../src/im';
import { ConferenceMemberChanged } from '../../../src/conference';
import type { CoHostView, InvitationView } from '../../../src/contracts';
import { dataSourceOptions } from '../../../src/platform/database';
import { type Answer, CoHostApp, Surroundings } from '../../support/fixtures/co-host-fixture';
import { createTestDatabase, type TestDatabase } from '../../support/database/postgres';

let database: TestDatabase;
let rows: DataSource;
let around: Surroundings;
let app: CoHostApp;
let other: CoHostApp;
let channelId: string;
/** Of this test's channel, and nobody else's. */
let host: string;

beforeAll(async () => {
  database = await createTestDatabase();
  around = new Surroundings();
  app = await CoHostApp.start(database.url, around);
  other = await CoHostApp.start(database.url, around);
  rows = await new DataSource(dataSourceOptions(database.url)).initialize();
}, 60_000);

afterAll(async () => {
  await rows.destroy();
  await Promise.all([app.close(), other.close()]);
  await database.drop();
});

let shows = 0;
beforeEach(() => {
  host = `host-${++shows}`;
  channelId = around.live.add({ ownerId: host, ownerName: 'Hana' }).id;
});

/** Everybody's ids are of this test only: one is on one air at a time. */
const id = (name: string) => (name === 'host' ? host : `${name}-${shows}`);
const path = (rest = '', channel = channelId) => `channels/${channel}/co-host${rest}`;
const as = (who: string, method: string, rest: string, body?: object, by = app) =>
  by.as(who === 'admin' ? who : id(who), method, path(rest), body);

const apply = (who: string, more: object = {}, by = app) =>
  as(who, 'POST', '/invitations', { kind: 'apply', ...more }, by);
const invite = (who: string, more: object = {}, by = app) =>
  as('host', 'POST', '/invitations', { kind: 'invite', userId: id(who), ...more }, by);
const answer = (who: string, what: string, invitationId: string, by = app) =>
  by.as(id(who), 'POST', `co-host/invitations/${invitationId}/${what}`);

async function seat(who: string, more: object = {}): Promise<CoHostView> {
  const applied = await apply(who, more);
  expect(applied.status).toBe(201);
  const { status, body } = await answer('host', 'accept', applied.body.id);
  expect({ status, code: body.code }).toEqual({ status: 200, code: undefined });
  return body.session;
}
const codes = (answers: Answer[]) => answers.map(({ status, body }) => body.code ?? status).sort();
const session = async () => (await as('host', 'GET', '')).body as unknown as CoHostView;
const seated = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await session()).members
      .filter((m) => m.state !== 'left')
      .map((m): [string, number] => [m.userId.split('-')[0]!, m.seat]),
  );
/** Invariants that the database holds, whatever happened. */
async function noTwoOnOneSeat(): Promise<void> {
  const taken = Object.values(await seated());
  expect(new Set(taken).size).toBe(taken.length);
}

describe('seats', () => {
  it('are shown, as many as the channel has', async () => {
    around.live.channels.get(channelId)!.seatLimit = 3;
    const { seats } = await seat('gina');
    expect(seats).toEqual([
      { seat: 0, locked: false, userId: host },
      { seat: 1, locked: false, userId: id('gina') },
      { seat: 2, locked: false, userId: null },
    ]);
    await seat('max');
    const third = (await apply('zoe')).body.id;
    expect((await answer('host', 'accept', third)).body).toMatchObject({
      code: 'seats_full',
      args: { limit: 3 },
    });
    around.live.channels.get(channelId)!.seatLimit = 16;
    expect((await answer('host', 'accept', third)).body.session.seats).toHaveLength(16);
  });

  it('are sixteen at most', async () => {
    around.live.channels.get(channelId)!.seatLimit = 16;
    for (let i = 1; i <= 15; i++) await seat(`g${i}`);
    const late = (await apply('late')).body.id;
    expect((await answer('host', 'accept', late)).body).toMatchObject({
      code: 'seats_full',
      args: { limit: 16 },
    });
  });

  it('can be asked for, and are refused when taken, locked, or not there', async () => {
    expect((await seat('gina', { seat: 3 })).members[1]).toMatchObject({ userId: id('gina'), seat: 3 });
    expect((await invite('max', { seat: 3 })).body).toMatchObject({ code: 'seat_taken', args: { seat: 3 } });
    expect((await apply('max', { seat: 3 })).body.code).toBe('seat_taken');
    expect((await as('host', 'PATCH', '/seats/5', { locked: true })).body).toMatchObject({
      seats: expect.arrayContaining([{ seat: 5, locked: true, userId: null }]) as object,
    });
    expect((await apply('max', { seat: 5 })).body).toMatchObject({ code: 'seat_locked', args: { seat: 5 } });
    expect((await apply('max', { seat: 9 })).body.code).toBe('invalid_input');
    expect((await apply('max', { seat: 0 })).body.code).toBe('invalid_input');

    const asked = await invite('max', { seat: 4 });
    expect(asked.body).toMatchObject({ seat: 4, position: null });
    expect((await answer('max', 'accept', asked.body.id)).body.session.members[2]).toMatchObject({ seat: 4 });
  });

  it('that was asked for may be gone at the answer: refused, and the invitation waits on', async () => {
    await seat('gina');
    const [max, zoe] = [(await apply('max', { seat: 2 })).body.id, (await apply('zoe', { seat: 2 })).body.id];
    expect((await answer('host', 'accept', max)).status).toBe(200);
    expect((await answer('host', 'accept', zoe)).body.code).toBe('seat_taken');
    await as('host', 'DELETE', `/members/${id('max')}`);
    await as('host', 'PATCH', '/seats/2', { locked: true });
    expect((await answer('host', 'accept', zoe)).body.code).toBe('seat_locked');
    await as('host', 'PATCH', '/seats/2', { locked: false });
    expect((await answer('host', 'accept', zoe)).status).toBe(200);
  });

  it('that are locked keep who sits there, and go to nobody after', async () => {
    await seat('gina');
    await as('host', 'PATCH', '/seats/1', { locked: true });
    await as('host', 'PATCH', '/seats/2', { locked: true });
    expect(await seated()).toEqual({ host: 0, gina: 1 });
    expect(await seat('max')).toMatchObject({ members: [{}, {}, { userId: id('max'), seat: 3 }] });
    await as('host', 'DELETE', `/members/${id('gina')}`);
    await seat('zoe');
    expect(await seated()).toEqual({ host: 0, max: 3, zoe: 4 });
    for (const [number, status] of [
      ['0', 400],
      ['9', 400],
      ['x', 400],
    ] as const) {
      expect((await as('host', 'PATCH', `/seats/${number}`, { locked: true })).status).toBe(status);
    }
  });

  it('change: the host moves and swaps, a guest takes a free one, and the mix follows', async () => {
    const { mixTaskId } = await seat('gina');
    await seat('max');
    const inMix = () =>
      around.mixing.tasks.get(mixTaskId!)!.seats.map((s) => `${s.userId.split('-')[0]} ${s.seat}`);
    const move = (by: string, who: string, to: number) =>
      as(by, 'PATCH', `/members/${id(who)}`, { seat: to });

    expect((await move('host', 'gina', 7)).status).toBe(200);
    expect(inMix()).toEqual(['host 0', 'max 2', 'gina 7']);
    expect((await move('host', 'gina', 2)).status).toBe(200);
    expect(await seated()).toEqual({ host: 0, gina: 2, max: 7 });
    expect(inMix()).toEqual(['host 0', 'gina 2', 'max 7']);
    // Who he is and how he got here is not changed by where he sits.
    expect((await session()).members.map((m) => m.state)).toEqual(['invited', 'invited', 'invited']);

    expect((await move('gina', 'gina', 7)).body).toMatchObject({ code: 'seat_taken', args: { seat: 7 } });
    expect((await move('gina', 'gina', 1)).status).toBe(200);
    expect((await move('gina', 'max', 3)).body.code).toBe('not_allowed');
    await as('host', 'PATCH', '/seats/4', { locked: true });
    for (const who of ['host', 'gina']) expect((await move(who, 'gina', 4)).body.code).toBe('seat_locked');
    expect((await move('host', 'host', 4)).body.code).toBe('invalid_input');
    expect((await move('host', 'gina', 0)).body.code).toBe('invalid_input');
    expect((await move('host', 'gina', 15)).body.code).toBe('invalid_input');
    expect((await move('host', 'nobody', 3)).body.code).toBe('member_not_found');
    expect(await seated()).toEqual({ host: 0, gina: 1, max: 7 });
  });

  it('go to one of two who take the same at the same moment', async () => {
    await seat('gina');
    const asked = await Promise.all([apply('max', { seat: 5 }), apply('zoe', { seat: 5 }, other)]);
    const answers = await Promise.all(
      asked.map(({ body }, i) => answer('host', 'accept', body.id, i ? app : other)),
    );
    expect(codes(answers)).toEqual([200, 'seat_taken']);

    await seat('bo');
    const moves = await Promise.all([
      as('gina', 'PATCH', `/members/${id('gina')}`, { seat: 8 }),
      as('bo', 'PATCH', `/members/${id('bo')}`, { seat: 8 }, other),
    ]);
    expect(codes(moves)).toEqual([200, 'seat_taken']);
    await noTwoOnOneSeat();
  });

  it('survive a swap while one of the two leaves', async () => {
    for (let round = 0; round < 5; round++) {
      await seat('gina');
      if (!(await seated()).max) await seat('max');
      const to = (await seated()).max!;
      const answers = await Promise.all([
        as('host', 'PATCH', `/members/${id('gina')}`, { seat: to }, round % 2 ? app : other),
        as('gina', 'DELETE', `/members/${id('gina')}`),
      ]);
      expect(answers[1].status).toBe(204);
      expect([200, 404]).toContain(answers[0].status);
      const now = await seated();
      expect(Object.keys(now).sort()).toEqual(['host', 'max']);
      await noTwoOnOneSeat();
    }
  });

  it('survive two swaps across each other', async () => {
    for (const who of ['a', 'b', 'c']) await seat(who);
    const moves: [string, number][] = [
      ['a', 2],
      ['b', 3],
      ['c', 1],
      ['a', 3],
    ];
    const answers = await Promise.all(
      moves.map(([who, to], i) =>
        as('host', 'PATCH', `/members/${id(who)}`, { seat: to }, i % 2 ? app : other),
      ),
    );
    expect(codes(answers)).toEqual([200, 200, 200, 200]);
    expect(Object.values(await seated()).sort()).toEqual([0, 1, 2, 3]);
  });
});

describe('the queue', () => {
  const queue = async (who: string) =>
    ((await as(who, 'GET', '/queue')).body.items as InvitationView[]).map(
      (i) => `${i.position} ${i.userId.split('-')[0]}`,
    );

  it('is in order, the first first; an applicant sees his own place', async () => {
    for (const who of ['a', 'b', 'c']) {
      expect((await apply(who)).body).toMatchObject({ position: { a: 1, b: 2, c: 3 }[who] });
    }
    await invite('d');
    expect(await queue('host')).toEqual(['1 a', '2 b', '3 c']);
    expect(await queue('admin')).toEqual(['1 a', '2 b', '3 c']);
    expect(await queue('b')).toEqual(['2 b']);
    expect(await queue('d')).toEqual([]);
    const { items } = (await as('c', 'GET', '/invitations')).body as unknown as { items: InvitationView[] };
    expect(items).toMatchObject([{ position: 3 }]);
  });

  it('moves up when one is answered, withdrawn, or leaves the room; those behind are told', async () => {
    const ids = new Map<string, string>();
    for (const who of ['a', 'b', 'c', 'd']) ids.set(who, (await apply(who)).body.id);
    const place = (who: string, position: number) =>
      around.im.signal(
        `user:${id(who)}`,
        'co-host:invitation',
        (i) => i.id === ids.get(who) && i.position === position && i.state === 'pending',
      );
    await answer('b', 'cancel', ids.get('b')!);
    await place('c', 2);
    await place('d', 3);
    app.bus.publish(new RoomLeft(channelId, id('a')));
    await place('c', 1);
    await place('d', 2);
    await answer('host', 'accept', ids.get('c')!);
    await place('d', 1);
    expect(await queue('host')).toEqual(['1 d']);
  });

  it('holds a hundred; who is one too many is told so', async () => {
    for (let i = 0; i < 99; i++) expect((await apply(`q${i}`)).status).toBe(201);
    const answers = await Promise.all(['x', 'y', 'z'].map((who, i) => apply(who, {}, i % 2 ? app : other)));
    expect(codes(answers)).toEqual([201, 'queue_full', 'queue_full']);
    expect((await queue('host')).length).toBe(100);
    // An invitation waits in no queue.
    expect((await invite('vip')).status).toBe(201);
    await answer('q5', 'cancel', (await as('q5', 'GET', '/queue')).body.items![0 as never]['id']);
    expect((await apply('w')).body).toMatchObject({ position: 100 });
  });
});

describe('busy, offline and blocked', () => {
  /** Somebody else's channel, with its own host. */
  function elsewhere(): { channel: string; owner: string } {
    const owner = `other-host-${shows}`;
    return { channel: around.live.add({ ownerId: owner }).id, owner };
  }

  it('are three answers', async () => {
    const { channel, owner } = elsewhere();
    const asked = await app.as(id('gina'), 'POST', path('/invitations', channel), { kind: 'apply' });
    // Whoever applies elsewhere is not busy.
    expect((await invite('gina')).status).toBe(201);
    await answer('gina', 'reject', (await as('gina', 'GET', '/invitations')).body.items![0 as never]['id']);
    expect((await app.as(owner, 'POST', `co-host/invitations/${asked.body.id}/accept`)).status).toBe(200);
    const busy = { code: 'user_busy', args: { userId: id('gina') } };
    expect((await invite('gina')).body).toMatchObject(busy);
    expect((await apply('gina')).body).toMatchObject(busy);
    // Nor is a host free who is on the air.
    expect(
      (await app.as(host, 'POST', path('/invitations'), { kind: 'invite', userId: owner })).body.code,
    ).toBe('user_busy');

    around.im.offline.add(id('max'));
    expect((await invite('max')).body).toMatchObject({ code: 'user_offline', args: { userId: id('max') } });
    expect((await apply('max')).status).toBe(201);

    around.im.banned.add(`${channelId} ${id('zoe')}`);
    expect((await invite('zoe')).body).toMatchObject({ code: 'user_blocked', args: { userId: id('zoe') } });
    expect((await apply('zoe')).body.code).toBe('user_blocked');
  });

  it('is busy who was invited by another host, until he has answered or it is over', async () => {
    const { channel, owner } = elsewhere();
    const asked = await app.as(owner, 'POST', path('/invitations', channel), {
      kind: 'invite',
      userId: id('gina'),
    });
    expect(asked.status).toBe(201);
    expect((await invite('gina')).body.code).toBe('user_busy');
    expect((await apply('gina')).status).toBe(201);
    await rows.query(`UPDATE invitations SET expires_at = now() WHERE id = $1`, [asked.body.id]);
    await answer('gina', 'cancel', (await as('gina', 'GET', '/queue')).body.items![0 as never]['id']);
    expect((await invite('gina')).status).toBe(201);
  });

  it('of two hosts who invite the same at the same moment one is told busy', async () => {
    const { channel, owner } = elsewhere();
    const body = { kind: 'invite', userId: id('gina') };
    const answers = await Promise.all([
      app.as(host, 'POST', path('/invitations'), body),
      other.as(owner, 'POST', path('/invitations', channel), body),
    ]);
    expect(codes(answers)).toEqual([201, 'user_busy']);
  });

  it('is on one air who is accepted on two channels at the same moment', async () => {
    const { channel, owner } = elsewhere();
    const here = (await apply('gina')).body.id;
    const there = (await app.as(id('gina'), 'POST', path('/invitations', channel), { kind: 'apply' })).body
      .id;
    const answers = await Promise.all([
      app.as(host, 'POST', `co-host/invitations/${here}/accept`),
      other.as(owner, 'POST', `co-host/invitations/${there}/accept`),
    ]);
    expect(codes(answers)).toEqual([200, 'user_busy']);
  });

  it('a host is in one session at a time, whichever channel of his', async () => {
    const second = around.live.add({ ownerId: host }).id;
    const [one, two] = [
      (await apply('gina')).body.id,
      (await app.as(id('max'), 'POST', path('/invitations', second), { kind: 'apply' })).body.id,
    ];
    const answers = await Promise.all([answer('host', 'accept', one), answer('host', 'accept', two, other)]);
    expect(codes(answers)).toEqual([200, 'user_busy']);
    // And two hosts who accept each other at the same moment are in one of the two.
    const { channel, owner } = elsewhere();
    const free = `free-host-${shows}`;
    const third = around.live.add({ ownerId: free }).id;
    const crossed = [
      (await app.as(free, 'POST', path('/invitations', channel), { kind: 'apply' })).body.id,
      (await app.as(owner, 'POST', path('/invitations', third), { kind: 'apply' })).body.id,
    ] as const;
    const both = await Promise.all([
      app.as(owner, 'POST', `co-host/invitations/${crossed[0]}/accept`),
      other.as(free, 'POST', `co-host/invitations/${crossed[1]}/accept`),
    ]);
    expect(codes(both)).toEqual([200, 'user_busy']);
  });
});

describe('a mute by the host', () => {
  it('is shown as his, in the session and in the mix', async () => {
    const { mixTaskId } = await seat('gina');
    const { body } = await as('host', 'PATCH', `/members/${id('gina')}`, { audio: false });
    expect(body).toMatchObject({
      members: [{}, { audio: false, audioMutedByHost: true, video: true, videoMutedByHost: false }],
    });
    expect(around.mixing.tasks.get(mixTaskId!)!.seats[1]).toMatchObject({ audio: false, video: true });
    await as('host', 'PATCH', `/members/${id('gina')}`, { audio: true, video: false });
    expect((await session()).members[1]).toMatchObject({
      ...{ audio: true, audioMutedByHost: false, video: false, videoMutedByHost: true },
    });
    await as('host', 'DELETE', `/members/${id('gina')}`);
    expect((await seat('gina')).members[1]).toMatchObject({ video: true, videoMutedByHost: false });
  });
});

describe('a ban', () => {
  const ban = (who: string, by = app) => as('host', 'POST', '/bans', { userId: id(who) }, by);
  const listed = async (who = 'host') =>
    ((await as(who, 'GET', '/bans')).body.items as { userId: string }[]).map((b) => b.userId);

  it('takes the seat and the way back, until it is lifted; a removal only the seat', async () => {
    const { conferenceId } = await seat('max');
    await seat('gina');
    await as('host', 'DELETE', `/members/${id('gina')}`);
    await seat('gina');

    const { status, body } = await ban('gina');
    expect(status).toBe(201);
    expect(body).toMatchObject({ userId: id('gina'), name: `Name of ${id('gina')}` });
    await around.im.signal(`user:${id('gina')}`, 'co-host:removed', (r) => r.reason === 'banned_by_host');
    expect(around.conferences.calls).toContain(`expel ${conferenceId} ${id('gina')}`);
    expect((await apply('gina')).body.code).toBe('user_blocked');
    expect((await invite('gina')).body.code).toBe('user_blocked');
    expect(await listed()).toEqual([id('gina')]);
    expect(await listed('admin')).toEqual([id('gina')]);
    expect((await as('max', 'GET', '/bans')).status).toBe(403);
    expect((await ban('gina')).status).toBe(201);

    const lift = (who: string) => as(who, 'DELETE', `/bans/${id('gina')}`);
    expect((await lift('gina')).status).toBe(403);
    expect((await lift('host')).status).toBe(204);
    expect((await lift('host')).body.code).toBe('ban_not_found');
    await seat('gina');
  });

  it('comes with a removal, by the host only', async () => {
    await seat('gina');
    await seat('max');
    // A guest who leaves can't ban himself, nor others.
    expect((await as('max', 'DELETE', `/members/${id('gina')}?ban=true`)).status).toBe(403);
    expect((await as('host', 'DELETE', `/members/${id('gina')}?ban=true`)).status).toBe(204);
    expect(await listed()).toEqual([id('gina')]);
    expect((await as('host', 'DELETE', `/members/${id('max')}?ban=what`)).status).toBe(400);
    expect((await as('host', 'POST', '/bans', { userId: host })).body.code).toBe('invalid_input');
  });

  it('takes back what is pending, of one who was never on the air too', async () => {
    await seat('gina');
    const applied = (await apply('max')).body.id;
    const invited = (await invite('zoe')).body.id;
    for (const who of ['max', 'zoe']) expect((await ban(who)).status).toBe(201);
    const state = (userId: string, invitation: string, is: string) =>
      around.im.signal(
        `user:${id(userId)}`,
        'co-host:invitation',
        (i) => i.id === invitation && i.state === is,
      );
    await state('max', applied, 'rejected');
    await state('zoe', invited, 'cancelled');
  });

  it('is for the session: the next one knows nothing of it', async () => {
    await seat('gina');
    expect((await ban('max')).status).toBe(201);
    await as('host', 'DELETE', '');
    expect((await ban('max')).body.code).toBe('session_not_found');
    await seat('max');
  });

  it('and an acceptance at the same moment never leave a banned user on the air', async () => {
    await seat('gina');
    for (let round = 0; round < 5; round++) {
      const who = `max${round}`;
      const applied = (await apply(who)).body.id;
      const [accepted, banned] = await Promise.all([
        answer('host', 'accept', applied, round % 2 ? app : other),
        ban(who),
      ]);
      expect(banned.status).toBe(201);
      expect([200, 'user_blocked', 'invalid_transition']).toContain(accepted.body.code ?? accepted.status);
      expect(Object.keys(await seated())).not.toContain(who);
    }
  });
});

describe('the chat is told', () => {
  const announced = () =>
    around.im.announced.filter((a) => a.startsWith(channelId)).map((a) => a.split(' ').slice(1).join(' '));
  const until = async (wanted: string[]) => {
    while (announced().length < wanted.length) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(announced()).toEqual(wanted);
  };

  it('who is on the air, once viewers see him, and who is not any more', async () => {
    const view = await seat('gina');
    const connect = (who: string) => {
      const member = around.conferences.set(view.conferenceId, id(who), { state: 'connected' });
      app.bus.publish(new ConferenceMemberChanged(view.conferenceId, { ...member }));
    };
    connect('gina');
    await around.im.signal(`room:${channelId}`, 'co-host:session', (s) => s.members[1]?.state === 'on-air');
    expect(announced()).toEqual([]);
    around.mixing.set(view.mixTaskId!, { state: 'running' });
    around.live.channels.get(channelId)!.source = 'mix';
    connect('host');
    await until([`on-air Name of ${id('gina')}`]);
    await seat('max');
    connect('max');
    await until([`on-air Name of ${id('gina')}`, `on-air Name of ${id('max')}`]);
    await as('host', 'DELETE', `/members/${id('gina')}`);
    await seat('zoe');
    await as('host', 'DELETE', `/members/${id('zoe')}`);
    await until([
      `on-air Name of ${id('gina')}`,
      `on-air Name of ${id('max')}`,
      `off-air Name of ${id('gina')}`,
    ]);
  });
});
