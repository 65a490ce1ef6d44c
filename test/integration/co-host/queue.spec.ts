import type { InvitationView } from '../../../src/contracts';
import { RoomLeft } from '../../../src/im';
import { CoHostFixture, type CoHostReply } from '../../support/fixtures/co-host-fixture';

let coHost: CoHostFixture;
beforeAll(async () => {
  coHost = await CoHostFixture.start({ processes: 2, ownIds: true });
}, 60_000);
afterAll(() => coHost.stop());
beforeEach(() => coHost.nextTest());

const codes = (answers: CoHostReply[]) => answers.map(({ status, body }) => body.code ?? status).sort();

describe('the queue', () => {
  const queue = async (who: string) =>
    ((await coHost.onChannel(who, 'GET', '/queue')).body.items as InvitationView[]).map(
      (i) => `${i.position} ${i.userId.split('-')[0]}`,
    );

  it('is in order, the first first; an applicant sees their own place', async () => {
    for (const who of ['a', 'b', 'c']) {
      expect((await coHost.apply(who)).body).toMatchObject({ position: { a: 1, b: 2, c: 3 }[who] });
    }
    await coHost.invite('d');
    expect(await queue('host')).toEqual(['1 a', '2 b', '3 c']);
    expect(await queue('admin')).toEqual(['1 a', '2 b', '3 c']);
    expect(await queue('b')).toEqual(['2 b']);
    expect(await queue('d')).toEqual([]);
    const { items } = (await coHost.onChannel('c', 'GET', '/invitations')).body as unknown as {
      items: InvitationView[];
    };
    expect(items).toMatchObject([{ position: 3 }]);
  });

  it('moves up when one is answered, withdrawn, or leaves the room; those behind are told', async () => {
    const ids = new Map<string, string>();
    for (const who of ['a', 'b', 'c', 'd']) ids.set(who, (await coHost.apply(who)).body.id);
    const place = (who: string, position: number) =>
      coHost.rooms.im.signal(
        `user:${coHost.id(who)}`,
        'co-host:invitation',
        (i) => i.id === ids.get(who) && i.position === position && i.state === 'pending',
      );
    await coHost.answer('b', 'cancel', ids.get('b')!);
    await place('c', 2);
    await place('d', 3);
    coHost.app.bus.publish(new RoomLeft(coHost.channelId, coHost.id('a')));
    await place('c', 1);
    await place('d', 2);
    await coHost.answer('host', 'accept', ids.get('c')!);
    await place('d', 1);
    expect(await queue('host')).toEqual(['1 d']);
  });

  it('holds a hundred; who is one too many is told so', async () => {
    for (let i = 0; i < 99; i++) expect((await coHost.apply(`q${i}`)).status).toBe(201);
    const answers = await Promise.all(
      ['x', 'y', 'z'].map((who, i) => coHost.apply(who, {}, i % 2 ? coHost.app : coHost.other)),
    );
    expect(codes(answers)).toEqual([201, 'queue_full', 'queue_full']);
    expect((await queue('host')).length).toBe(100);
    // An invitation waits in no queue.
    expect((await coHost.invite('vip')).status).toBe(201);
    await coHost.answer(
      'q5',
      'cancel',
      (await coHost.onChannel('q5', 'GET', '/queue')).body.items![0 as never]['id'],
    );
    expect((await coHost.apply('w')).body).toMatchObject({ position: 100 });
  });
});
