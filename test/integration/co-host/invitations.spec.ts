import { RoomLeft } from '../../../src/im';
import { CoHostFixture } from '../../support/fixtures/co-host-fixture';

let coHost: CoHostFixture;
beforeAll(async () => {
  coHost = await CoHostFixture.start();
}, 60_000);
afterAll(() => coHost.stop());
beforeEach(() => coHost.nextTest());

describe('asking', () => {
  it('is for the host to invite, and both are told', async () => {
    const { status, body } = await coHost.invite('gina');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      channelId: coHost.channelId,
      kind: 'invite',
      state: 'pending',
      userId: 'gina',
      userName: 'gina',
      hostId: 'host',
    });
    await coHost.rooms.im.signal('user:gina', 'co-host:invitation', (i) => i.id === body.id);
    await coHost.rooms.im.signal('user:host', 'co-host:invitation', (i) => i.id === body.id);
    expect(
      (await coHost.as('gina', 'POST', coHost.path('/invitations'), { kind: 'invite', userId: 'max' }))
        .status,
    ).toBe(403);
  });

  it('is for viewers to apply, under the name of their token', async () => {
    const { status, body } = await coHost.apply('ada');
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'apply', userId: 'ada', userName: 'name of ada' });
    expect((await coHost.apply('host')).status).toBe(403);
    const forAnother = await coHost.as('ada', 'POST', coHost.path('/invitations'), {
      kind: 'apply',
      userId: 'max',
    });
    expect(forAnother.status).toBe(403);
  });

  it('is refused while another of the same viewer is pending, on this channel', async () => {
    await coHost.apply('bo');
    expect((await coHost.apply('bo')).body.code).toBe('invitation_pending');
    expect((await coHost.invite('bo')).body.code).toBe('invitation_pending');
    coHost.channelId = coHost.rooms.live.add().id;
    expect((await coHost.apply('bo')).status).toBe(201);
  });

  it('gives one of two that ask at the same moment', async () => {
    const both = await Promise.all([coHost.apply('cy'), coHost.invite('cy')]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('names what is wrong with a request', async () => {
    expect((await coHost.as('host', 'POST', coHost.path('/invitations'), { kind: 'invite' })).body.code).toBe(
      'invalid_input',
    );
    expect((await coHost.invite('host')).body.code).toBe('invalid_input');
    expect((await coHost.as('ada', 'POST', coHost.path('/invitations'), { kind: 'pk' })).body.code).toBe(
      'invalid_input',
    );
    coHost.channelId = 'nowhere';
    expect((await coHost.apply('ada')).body.code).toBe('channel_not_found');
  });
});

describe('the list', () => {
  it('shows the host all of the channel, newest first, and a viewer their own', async () => {
    const first = (await coHost.apply('dan')).body.id;
    const second = (await coHost.invite('eve')).body.id;
    const seen = async (userId: string) =>
      ((await coHost.as(userId, 'GET', coHost.path('/invitations'))).body.items as { id: string }[]).map(
        ({ id }) => id,
      );
    expect(await seen('host')).toEqual([second, first]);
    expect(await seen('admin')).toEqual([second, first]);
    expect(await seen('dan')).toEqual([first]);
    expect(await seen('stranger')).toEqual([]);
  });
});

describe('answering', () => {
  it.each([
    // kind, what, who may, who may not
    ['invite', 'reject', 'gina', ['host', 'stranger', 'admin']],
    ['invite', 'cancel', 'host', ['gina', 'stranger', 'admin']],
    ['invite', 'accept', 'gina', ['host', 'stranger', 'admin']],
    ['apply', 'reject', 'host', ['gina', 'stranger', 'admin']],
    ['apply', 'cancel', 'gina', ['host', 'stranger', 'admin']],
    ['apply', 'accept', 'host', ['gina', 'stranger', 'admin']],
  ])('of kind %s: %s is for %s only', async (kind, what, who, others) => {
    const { id } = (kind === 'invite' ? await coHost.invite('gina') : await coHost.apply('gina')).body;
    for (const other of others) expect((await coHost.answer(other, what, id)).body.code).toBe('not_allowed');
    expect((await coHost.answer(who, what, id)).status).toBe(200);
    const state = { reject: 'rejected', cancel: 'cancelled', accept: 'accepted' }[what];
    await coHost.rooms.im.signal('user:gina', 'co-host:invitation', (i) => i.id === id && i.state === state);
    await coHost.rooms.im.signal('user:host', 'co-host:invitation', (i) => i.id === id && i.state === state);
  });

  it('works once', async () => {
    const { id } = (await coHost.apply('finn')).body;
    expect((await coHost.answer('finn', 'cancel', id)).body.state).toBe('cancelled');
    const again = await coHost.answer('host', 'accept', id);
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({
      code: 'invalid_transition',
      args: { from: 'cancelled', to: 'accepted' },
    });
    expect(coHost.rooms.conferences.created.filter((c) => c.admitted[0]?.userId === 'finn')).toEqual([]);
  });

  it('knows no invitation by any other name', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    for (const id of ['nothing', unknown]) {
      expect((await coHost.answer('host', 'accept', id)).body.code).toBe('invitation_not_found');
    }
  });
});

describe('an application', () => {
  it('is taken back when its viewer leaves the room; an invitation is not', async () => {
    const applied = (await coHost.apply('gus')).body.id;
    const invited = (await coHost.invite('ivy')).body.id;
    coHost.app.bus.publish(new RoomLeft(coHost.channelId, 'ivy'));
    coHost.app.bus.publish(new RoomLeft(coHost.channelId, 'gus'));
    await coHost.rooms.im.signal(
      'user:gus',
      'co-host:invitation',
      (i) => i.id === applied && i.state === 'cancelled',
    );
    expect((await coHost.answer('ivy', 'accept', invited)).status).toBe(200);
  });
});

describe('time', () => {
  // A database of its own: the process of the tests above would do what these are to show of others.
  let own: CoHostFixture;
  const start = async (ttlMs: number, processes = 1) => {
    own = await CoHostFixture.start({ processes, config: { INVITATION_TTL_MS: ttlMs } });
    await own.nextTest();
  };

  it('makes an invitation expire, once, with two processes', async () => {
    await start(300, 2);
    const { id } = (await own.apply('jo')).body;
    const fits = (i: { id: string; state: string }) => i.id === id && i.state === 'expired';
    await own.rooms.im.signal('user:jo', 'co-host:invitation', fits);
    const late = await own.answer('host', 'accept', id, own.other);
    expect(late.body).toMatchObject({ code: 'invalid_transition', args: { from: 'expired' } });
    await own.stop();
    // All that could tell it again has run by now: closing waits for the sweep and the job at hand.
    const told = own.rooms.im.of('user:jo', 'co-host:invitation') as { id: string; state: string }[];
    expect(told.filter(fits)).toHaveLength(1);
  });

  it('is kept over a restart', async () => {
    await start(1500);
    const { id } = (await own.apply('kim')).body;
    await own.restart({ INVITATION_TTL_MS: 30_000 });
    await own.rooms.im.signal('user:kim', 'co-host:invitation', (i) => i.id === id && i.state === 'expired');
    await own.stop();
  });

  it('that is over but not noticed yet leaves nothing to accept, and does not stop the next', async () => {
    await start(1);
    const { id } = (await own.apply('lea')).body;
    const late = await own.answer('host', 'accept', id);
    expect(late.body).toMatchObject({ code: 'invalid_transition', args: { from: 'expired' } });
    expect((await own.apply('lea')).status).toBe(201);
    await own.stop();
  });
});
