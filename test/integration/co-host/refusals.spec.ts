import type { InvitationView } from '../../../src/contracts';
import { CoHostFixture, type CoHostReply } from '../../support/fixtures/co-host-fixture';

let coHost: CoHostFixture;
beforeAll(async () => {
  coHost = await CoHostFixture.start({ processes: 2, ownIds: true });
}, 60_000);
afterAll(() => coHost.stop());
beforeEach(() => coHost.nextTest());

const codes = (answers: CoHostReply[]) => answers.map(({ status, body }) => body.code ?? status).sort();

describe('busy, offline and blocked', () => {
  /** Another channel, with its own host. */
  function elsewhere(owner = 'other-host'): { channel: string; owner: string } {
    return { channel: coHost.rooms.live.add({ ownerId: coHost.id(owner) }).id, owner };
  }
  const applyAt = async (channel: string, who: string) =>
    (await coHost.as(who, 'POST', coHost.path('/invitations', channel), { kind: 'apply' })).body.id;
  /** The id of the newest. */
  const invitationOf = async (who: string): Promise<string> => {
    const { items } = (await coHost.onChannel(who, 'GET', '/invitations')).body as unknown as {
      items: InvitationView[];
    };
    return items[0]!.id;
  };

  it('are three answers', async () => {
    const { channel, owner } = elsewhere();
    const asked = await applyAt(channel, 'gina');
    // To apply elsewhere makes nobody busy.
    expect((await coHost.invite('gina')).status).toBe(201);
    await coHost.answer('gina', 'reject', await invitationOf('gina'));
    expect((await coHost.answer(owner, 'accept', asked)).status).toBe(200);
    const busy = { code: 'user_busy', args: { userId: coHost.id('gina') } };
    expect((await coHost.invite('gina')).body).toMatchObject(busy);
    expect((await coHost.apply('gina')).body).toMatchObject(busy);
    // A host who is on the air is not free either.
    expect((await coHost.invite(owner)).body.code).toBe('user_busy');

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

  it('a viewer whom another host has invited is busy, until they have answered or it is over', async () => {
    const { channel, owner } = elsewhere();
    const asked = await coHost.as(owner, 'POST', coHost.path('/invitations', channel), {
      kind: 'invite',
      userId: coHost.id('gina'),
    });
    expect(asked.status).toBe(201);
    expect((await coHost.invite('gina')).body.code).toBe('user_busy');
    expect((await coHost.apply('gina')).status).toBe(201);
    await coHost.rows.query(`UPDATE invitations SET expires_at = now() WHERE id = $1`, [asked.body.id]);
    await coHost.answer('gina', 'cancel', await invitationOf('gina'));
    expect((await coHost.invite('gina')).status).toBe(201);
  });

  it('of two hosts who invite the same at the same moment one is told busy', async () => {
    const { channel, owner } = elsewhere();
    const body = { kind: 'invite', userId: coHost.id('gina') };
    const answers = await Promise.all([
      coHost.invite('gina'),
      coHost.as(owner, 'POST', coHost.path('/invitations', channel), body, coHost.other),
    ]);
    expect(codes(answers)).toEqual([201, 'user_busy']);
  });

  it('a viewer who is accepted on two channels at the same moment is on one air', async () => {
    const { channel, owner } = elsewhere();
    const here = (await coHost.apply('gina')).body.id;
    const there = await applyAt(channel, 'gina');
    const answers = await Promise.all([
      coHost.answer('host', 'accept', here),
      coHost.answer(owner, 'accept', there, coHost.other),
    ]);
    expect(codes(answers)).toEqual([200, 'user_busy']);
  });

  it('a host is in one session at a time, on any of their channels', async () => {
    const second = coHost.rooms.live.add({ ownerId: coHost.id('host') }).id;
    const [one, two] = [(await coHost.apply('gina')).body.id, await applyAt(second, 'max')];
    const answers = await Promise.all([
      coHost.answer('host', 'accept', one),
      coHost.answer('host', 'accept', two, coHost.other),
    ]);
    expect(codes(answers)).toEqual([200, 'user_busy']);
    // And two hosts who accept each other at the same moment are in one of the two.
    const { channel, owner } = elsewhere();
    const { channel: third, owner: free } = elsewhere('free-host');
    const crossed = [await applyAt(channel, free), await applyAt(third, owner)] as const;
    const both = await Promise.all([
      coHost.answer(owner, 'accept', crossed[0]),
      coHost.answer(free, 'accept', crossed[1], coHost.other),
    ]);
    expect(codes(both)).toEqual([200, 'user_busy']);
  });
});
