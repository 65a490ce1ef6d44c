import { CoHostSessionFixture } from '../../support/fixtures/co-host-session-fixture';
import { until } from '../../support/waiting/until';

let coHost: CoHostSessionFixture;
beforeAll(async () => {
  coHost = await CoHostSessionFixture.start({ processes: 2 });
}, 60_000);
afterAll(() => coHost.stop());
beforeEach(() => coHost.nextTest({ hostVideo: { width: 320, height: 240, fps: 15 } }));

/** Of this test's channel. */
const conferences = () => coHost.rooms.conferences.created.filter((c) => c.title === coHost.title);

describe('an acceptance', () => {
  it('makes a conference for those who were admitted, seats, and a mix of the size of the host', async () => {
    const session = await coHost.seat('gina');
    expect(session).toMatchObject({
      channelId: coHost.channelId,
      state: 'connecting',
      layout: { kind: 'grid' },
      members: [
        { userId: 'host', name: 'Hana', seat: 0, role: 'host', state: 'invited' },
        { userId: 'gina', name: 'name of gina', seat: 1, role: 'guest', state: 'invited' },
      ],
      reason: null,
      endedAt: null,
    });
    expect(conferences()).toEqual([
      {
        title: coHost.title,
        ownerId: 'host',
        ownerName: 'Hana',
        access: 'members',
        purpose: 'co-host',
        admitted: [{ userId: 'gina', name: 'name of gina' }],
      },
    ]);
    expect(coHost.rooms.mixing.tasks.get(session.mixTaskId!)).toMatchObject({
      channelId: coHost.channelId,
      conferenceId: session.conferenceId,
      reason: { type: 'co-host', id: session.id },
      output: { width: 320, height: 240, fps: 15, gop: 30 },
      seats: [
        { userId: 'host', seat: 0 },
        { userId: 'gina', seat: 1 },
      ],
    });
    await coHost.told(session, (s) => s.mixTaskId === session.mixTaskId);
    await coHost.rooms.im.signal(
      'user:gina',
      'co-host:session',
      (s) => s.conferenceId === session.conferenceId,
    );
    expect((await coHost.as('stranger', 'GET', coHost.path())).body).toEqual(session);
  });

  it('names an invited viewer as their own token does', async () => {
    const { id } = (
      await coHost.as('host', 'POST', coHost.path('/invitations'), { kind: 'invite', userId: 'gina' })
    ).body;
    const { body } = await coHost.as('gina', 'POST', `co-host/invitations/${id}/accept`);
    expect(body).toMatchObject({ invitation: { state: 'accepted', userName: 'name of gina' } });
    expect(body.session.members[1]).toMatchObject({ userId: 'gina', name: 'name of gina' });
  });

  it('of several at the same moment, in two processes, makes one conference and one mix', async () => {
    const applied = await Promise.all(['gina', 'max', 'zoe', 'bo'].map((who) => coHost.apply(who)));
    const answers = await Promise.all(
      applied.map(({ body }, i) =>
        coHost.answer('host', 'accept', body.id, i % 2 ? coHost.app : coHost.other),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.session.id)).size).toBe(1);
    expect(conferences()).toHaveLength(1);
    expect(coHost.tasks()).toHaveLength(1);
    const session = await coHost.session();
    expect(session.members.map((m) => m.seat)).toEqual([0, 1, 2, 3, 4]);
    await until(() => coHost.seatsOf(session).length === 5);
  });

  it('of the same invitation, twice at the same moment, is one', async () => {
    const { id } = (await coHost.apply('gina')).body;
    const [one, two] = (
      await Promise.all([coHost.answer('host', 'accept', id), coHost.answer('host', 'accept', id)])
    ).sort((a, b) => a.status - b.status);
    expect(one.status).toBe(200);
    expect(two.body).toMatchObject({
      code: 'invalid_transition',
      args: { from: 'accepted', to: 'accepted' },
    });
    expect(conferences()).toHaveLength(1);
  });

  it('stops at nine seats, and leaves the invitation as it was', async () => {
    for (let i = 1; i <= 8; i++) await coHost.seat(`guest-${i}`);
    const { id } = (await coHost.apply('ninth')).body;
    expect((await coHost.answer('host', 'accept', id)).body).toMatchObject({
      code: 'seats_full',
      args: { limit: 9 },
    });
    const { items } = (await coHost.as('ninth', 'GET', coHost.path('/invitations'))).body as unknown as {
      items: object[];
    };
    expect(items).toMatchObject([{ state: 'pending' }]);
    expect((await coHost.as('host', 'DELETE', coHost.path('/members/guest-3'))).status).toBe(204);
    expect(
      (await coHost.answer('host', 'accept', id)).body.session.members.find((m) => m.userId === 'ninth')!
        .seat,
    ).toBe(3);
  });

  it('is nothing for one who has a seat', async () => {
    await coHost.seat('gina');
    const again = await coHost.as('gina', 'POST', coHost.path('/invitations'), { kind: 'apply' });
    expect(again.body.code).toBe('already_on_air');
  });

  it('holds when the mix does not start; the sweep starts it', async () => {
    coHost.rooms.mixing.broken = true;
    const session = await coHost.seat('gina');
    expect(session).toMatchObject({ state: 'connecting', mixTaskId: null });
    await coHost.restart({}, () => (coHost.rooms.mixing.broken = false));
    const { mixTaskId } = await coHost.told(session, (s) => s.mixTaskId !== null);
    expect(coHost.rooms.mixing.tasks.get(mixTaskId!)).toMatchObject({ state: 'queued' });
    expect(coHost.tasks()).toHaveLength(1);
  });

  it('is refused by a session that ends', async () => {
    await coHost.goLive('gina');
    const { id } = (await coHost.apply('max')).body;
    await coHost.as('host', 'DELETE', coHost.path());
    expect((await coHost.answer('host', 'accept', id)).body).toMatchObject({
      code: 'invalid_transition',
      args: { from: 'ending' },
    });
  });
});
