import { CoHostFixture, type CoHostReply } from '../../support/fixtures/co-host-fixture';

let coHost: CoHostFixture;
beforeAll(async () => {
  coHost = await CoHostFixture.start({ processes: 2, ownIds: true });
}, 60_000);
afterAll(() => coHost.stop());
beforeEach(() => coHost.nextTest());

const codes = (answers: CoHostReply[]) => answers.map(({ status, body }) => body.code ?? status).sort();

describe('busy, offline and blocked', () => {
  /** Somebody else's channel, with its own host. */
  function elsewhere(): { channel: string; owner: string } {
    const owner = `other-host-${coHost.test}`;
    return { channel: coHost.rooms.live.add({ ownerId: owner }).id, owner };
  }

  it('are three answers', async () => {
    const { channel, owner } = elsewhere();
    const asked = await coHost.as('gina', 'POST', coHost.path('/invitations', channel), { kind: 'apply' });
    // Whoever applies elsewhere is not busy.
    expect((await coHost.invite('gina')).status).toBe(201);
    await coHost.answer(
      'gina',
      'reject',
      (await coHost.onChannel('gina', 'GET', '/invitations')).body.items![0 as never]['id'],
    );
    expect((await coHost.as(owner, 'POST', `co-host/invitations/${asked.body.id}/accept`)).status).toBe(200);
    const busy = { code: 'user_busy', args: { userId: coHost.id('gina') } };
    expect((await coHost.invite('gina')).body).toMatchObject(busy);
    expect((await coHost.apply('gina')).body).toMatchObject(busy);
    // Nor is a host free who is on the air.
    expect(
      (await coHost.as('host', 'POST', coHost.path('/invitations'), { kind: 'invite', userId: owner })).body
        .code,
    ).toBe('user_busy');

    coHost.rooms.im.offline.add(coHost.id('max'));
    expect((await coHost.invite('max')).body).toMatchObject({
      code: 'user_offline',
      args: { userId: coHost.id('max') },
    });
    expect((await coHost.apply('max')).status).toBe(201);

    coHost.rooms.im.banned.add(`${coHost.channelId} ${coHost.id('zoe')}`);
    expect((await coHost.invite('zoe')).body).toMatchObject({
      code: 'user_blocked',
      args: { userId: coHost.id('zoe') },
    });
    expect((await coHost.apply('zoe')).body.code).toBe('user_blocked');
  });

  it('is busy who was invited by another host, until he has answered or it is over', async () => {
    const { channel, owner } = elsewhere();
    const asked = await coHost.as(owner, 'POST', coHost.path('/invitations', channel), {
      kind: 'invite',
      userId: coHost.id('gina'),
    });
    expect(asked.status).toBe(201);
    expect((await coHost.invite('gina')).body.code).toBe('user_busy');
    expect((await coHost.apply('gina')).status).toBe(201);
    await coHost.rows.query(`UPDATE invitations SET expires_at = now() WHERE id = $1`, [asked.body.id]);
    await coHost.answer(
      'gina',
      'cancel',
      (await coHost.onChannel('gina', 'GET', '/queue')).body.items![0 as never]['id'],
    );
    expect((await coHost.invite('gina')).status).toBe(201);
  });

  it('of two hosts who invite the same at the same moment one is told busy', async () => {
    const { channel, owner } = elsewhere();
    const body = { kind: 'invite', userId: coHost.id('gina') };
    const answers = await Promise.all([
      coHost.as('host', 'POST', coHost.path('/invitations'), body),
      coHost.as(owner, 'POST', coHost.path('/invitations', channel), body, coHost.other),
    ]);
    expect(codes(answers)).toEqual([201, 'user_busy']);
  });

  it('is on one air who is accepted on two channels at the same moment', async () => {
    const { channel, owner } = elsewhere();
    const here = (await coHost.apply('gina')).body.id;
    const there = (await coHost.as('gina', 'POST', coHost.path('/invitations', channel), { kind: 'apply' }))
      .body.id;
    const answers = await Promise.all([
      coHost.as('host', 'POST', `co-host/invitations/${here}/accept`),
      coHost.as(owner, 'POST', `co-host/invitations/${there}/accept`, coHost.other),
    ]);
    expect(codes(answers)).toEqual([200, 'user_busy']);
  });

  it('a host is in one session at a time, whichever channel of his', async () => {
    const second = coHost.rooms.live.add({ ownerId: coHost.id('host') }).id;
    const [one, two] = [
      (await coHost.apply('gina')).body.id,
      (await coHost.as('max', 'POST', coHost.path('/invitations', second), { kind: 'apply' })).body.id,
    ];
    const answers = await Promise.all([
      coHost.answer('host', 'accept', one),
      coHost.answer('host', 'accept', two, coHost.other),
    ]);
    expect(codes(answers)).toEqual([200, 'user_busy']);
    // And two hosts who accept each other at the same moment are in one of the two.
    const { channel, owner } = elsewhere();
    const free = `free-host-${coHost.test}`;
    const third = coHost.rooms.live.add({ ownerId: free }).id;
    const crossed = [
      (await coHost.as(free, 'POST', coHost.path('/invitations', channel), { kind: 'apply' })).body.id,
      (await coHost.as(owner, 'POST', coHost.path('/invitations', third), { kind: 'apply' })).body.id,
    ] as const;
    const both = await Promise.all([
      coHost.as(owner, 'POST', `co-host/invitations/${crossed[0]}/accept`),
      coHost.as(free, 'POST', `co-host/invitations/${crossed[1]}/accept`, coHost.other),
    ]);
    expect(codes(both)).toEqual([200, 'user_busy']);
  });
});
