import { ConferenceMemberChanged } from '../../../src/conference';
import { CoHostFixture } from '../../support/fixtures/co-host-fixture';

let coHost: CoHostFixture;
beforeAll(async () => {
  coHost = await CoHostFixture.start({ processes: 2, ownIds: true });
}, 60_000);
afterAll(() => coHost.stop());
beforeEach(() => coHost.nextTest());

const seated = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await coHost.session()).members
      .filter((m) => m.state !== 'left')
      .map((m): [string, number] => [m.userId.split('-')[0]!, m.seat]),
  );

describe('a mute by the host', () => {
  it('is shown as the host’s, in the session and in the mix', async () => {
    const { mixTaskId } = await coHost.seat('gina');
    const { body } = await coHost.onChannel('host', 'PATCH', `/members/${coHost.id('gina')}`, {
      audio: false,
    });
    expect(body).toMatchObject({
      members: [{}, { audio: false, audioMutedByHost: true, video: true, videoMutedByHost: false }],
    });
    expect(coHost.rooms.mixing.tasks.get(mixTaskId!)!.seats[1]).toMatchObject({ audio: false, video: true });
    await coHost.onChannel('host', 'PATCH', `/members/${coHost.id('gina')}`, { audio: true, video: false });
    expect((await coHost.session()).members[1]).toMatchObject({
      ...{ audio: true, audioMutedByHost: false, video: false, videoMutedByHost: true },
    });
    await coHost.onChannel('host', 'DELETE', `/members/${coHost.id('gina')}`);
    expect((await coHost.seat('gina')).members[1]).toMatchObject({ video: true, videoMutedByHost: false });
  });
});

describe('a gain', () => {
  it('is shown to all in the session, is in the mix, and ends with the seat', async () => {
    const { mixTaskId } = await coHost.seat('gina');
    const guest = `/members/${coHost.id('gina')}`;
    const { body } = await coHost.onChannel('host', 'PATCH', guest, { gain: 1.35 });
    expect(body).toMatchObject({
      members: [{ gain: 1 }, { gain: 1.35, audio: true, audioMutedByHost: false }],
    });
    expect((await coHost.session()).members[1]).toMatchObject({ gain: 1.35 });
    expect(coHost.rooms.mixing.tasks.get(mixTaskId!)!.seats[1]).toMatchObject({ audio: true, gain: 1.35 });
    await coHost.onChannel('host', 'PATCH', `/members/${coHost.id('host')}`, { gain: 0.2 });
    expect((await coHost.session()).mix).toMatchObject({ seats: [{ audio: true, gain: 0.2 }] });
    // A mute is something else.
    await coHost.onChannel('gina', 'PATCH', guest, { audio: false });
    expect((await coHost.session()).members[1]).toMatchObject({ gain: 1.35, audio: false });
    await coHost.onChannel('host', 'DELETE', guest);
    expect((await coHost.seat('gina')).members[1]).toMatchObject({ gain: 1 });
  });
});

describe('a ban', () => {
  const ban = (who: string, by = coHost.app) =>
    coHost.onChannel('host', 'POST', '/bans', { userId: coHost.id(who) }, by);
  const listed = async (who = 'host') =>
    ((await coHost.onChannel(who, 'GET', '/bans')).body.items as { userId: string }[]).map((b) => b.userId);

  it('takes the seat and the way back, until it is lifted; a removal only the seat', async () => {
    const { conferenceId } = await coHost.seat('max');
    await coHost.seat('gina');
    await coHost.onChannel('host', 'DELETE', `/members/${coHost.id('gina')}`);
    await coHost.seat('gina');

    const { status, body } = await ban('gina');
    expect(status).toBe(201);
    expect(body).toMatchObject({ userId: coHost.id('gina'), name: `name of ${coHost.id('gina')}` });
    await coHost.rooms.im.signal(
      `user:${coHost.id('gina')}`,
      'co-host:removed',
      (r) => r.reason === 'banned_by_host',
    );
    expect(coHost.rooms.conferences.calls).toContain(`expel ${conferenceId} ${coHost.id('gina')}`);
    expect((await coHost.apply('gina')).body.code).toBe('user_blocked');
    expect((await coHost.invite('gina')).body.code).toBe('user_blocked');
    expect(await listed()).toEqual([coHost.id('gina')]);
    expect(await listed('admin')).toEqual([coHost.id('gina')]);
    expect((await coHost.onChannel('max', 'GET', '/bans')).status).toBe(403);
    expect((await ban('gina')).status).toBe(201);

    const lift = (who: string) => coHost.onChannel(who, 'DELETE', `/bans/${coHost.id('gina')}`);
    expect((await lift('gina')).status).toBe(403);
    expect((await lift('host')).status).toBe(204);
    expect((await lift('host')).body.code).toBe('ban_not_found');
    await coHost.seat('gina');
  });

  it('comes with a removal, by the host only', async () => {
    await coHost.seat('gina');
    await coHost.seat('max');
    // A guest can ban nobody, themselves included.
    expect((await coHost.onChannel('max', 'DELETE', `/members/${coHost.id('gina')}?ban=true`)).status).toBe(
      403,
    );
    expect((await coHost.onChannel('host', 'DELETE', `/members/${coHost.id('gina')}?ban=true`)).status).toBe(
      204,
    );
    expect(await listed()).toEqual([coHost.id('gina')]);
    expect((await coHost.onChannel('host', 'DELETE', `/members/${coHost.id('max')}?ban=what`)).status).toBe(
      400,
    );
    expect((await coHost.onChannel('host', 'POST', '/bans', { userId: coHost.id('host') })).body.code).toBe(
      'invalid_input',
    );
  });

  it('takes back what is pending, of one who was never on the air too', async () => {
    await coHost.seat('gina');
    const applied = (await coHost.apply('max')).body.id;
    const invited = (await coHost.invite('zoe')).body.id;
    for (const who of ['max', 'zoe']) expect((await ban(who)).status).toBe(201);
    const state = (userId: string, invitation: string, is: string) =>
      coHost.rooms.im.signal(
        `user:${coHost.id(userId)}`,
        'co-host:invitation',
        (i) => i.id === invitation && i.state === is,
      );
    await state('max', applied, 'rejected');
    await state('zoe', invited, 'cancelled');
  });

  it('is for the session: the next one knows nothing of it', async () => {
    await coHost.seat('gina');
    expect((await ban('max')).status).toBe(201);
    await coHost.onChannel('host', 'DELETE');
    expect((await ban('max')).body.code).toBe('session_not_found');
    await coHost.seat('max');
  });

  it('and an acceptance at the same moment never leave a banned user on the air', async () => {
    await coHost.seat('gina');
    for (let round = 0; round < 5; round++) {
      const who = `max${round}`;
      const applied = (await coHost.apply(who)).body.id;
      const [accepted, banned] = await Promise.all([
        coHost.answer('host', 'accept', applied, round % 2 ? coHost.app : coHost.other),
        ban(who),
      ]);
      expect(banned.status).toBe(201);
      expect([200, 'user_blocked', 'invalid_transition']).toContain(accepted.body.code ?? accepted.status);
      expect(Object.keys(await seated())).not.toContain(who);
    }
  });
});

describe('the chat is told', () => {
  const told = async (...wanted: string[]) => {
    const { im } = coHost.rooms;
    expect(await im.announcements(coHost.channelId, wanted.length)).toEqual(wanted);
  };

  it('who is on the air, once viewers see them, and who is not any more', async () => {
    const view = await coHost.seat('gina');
    const connect = (who: string) => {
      const member = coHost.rooms.conferences.set(view.conferenceId, coHost.id(who), { state: 'connected' });
      coHost.app.bus.publish(new ConferenceMemberChanged(view.conferenceId, { ...member }));
    };
    connect('gina');
    await coHost.rooms.im.signal(
      `room:${coHost.channelId}`,
      'co-host:session',
      (s) => s.members[1]?.state === 'on-air',
    );
    expect(coHost.rooms.im.announcedIn(coHost.channelId)).toEqual([]);
    coHost.rooms.mixing.set(view.mixTaskId!, { state: 'running' });
    coHost.rooms.live.channels.get(coHost.channelId)!.source = 'mix';
    connect('host');
    await told(`on-air name of ${coHost.id('gina')}`);
    await coHost.seat('max');
    connect('max');
    await told(`on-air name of ${coHost.id('gina')}`, `on-air name of ${coHost.id('max')}`);
    await coHost.onChannel('host', 'DELETE', `/members/${coHost.id('gina')}`);
    await coHost.seat('zoe');
    await coHost.onChannel('host', 'DELETE', `/members/${coHost.id('zoe')}`);
    await told(
      `on-air name of ${coHost.id('gina')}`,
      `on-air name of ${coHost.id('max')}`,
      `off-air name of ${coHost.id('gina')}`,
    );
  });
});
