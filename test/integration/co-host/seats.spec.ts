import { CoHostFixture, type CoHostReply } from '../../support/fixtures/co-host-fixture';

let coHost: CoHostFixture;
beforeAll(async () => {
  coHost = await CoHostFixture.start({ processes: 2, ownIds: true });
}, 60_000);
afterAll(() => coHost.stop());
beforeEach(() => coHost.nextTest({ ownerName: 'Hana' }));

const codes = (answers: CoHostReply[]) => answers.map(({ status, body }) => body.code ?? status).sort();
const seated = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await coHost.session()).members
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
    coHost.rooms.live.channels.get(coHost.channelId)!.seatLimit = 3;
    const { seats } = await coHost.seat('gina');
    expect(seats).toEqual([
      { seat: 0, locked: false, userId: coHost.id('host') },
      { seat: 1, locked: false, userId: coHost.id('gina') },
      { seat: 2, locked: false, userId: null },
    ]);
    await coHost.seat('max');
    const third = (await coHost.apply('zoe')).body.id;
    expect((await coHost.answer('host', 'accept', third)).body).toMatchObject({
      code: 'seats_full',
      args: { limit: 3 },
    });
    coHost.rooms.live.channels.get(coHost.channelId)!.seatLimit = 16;
    expect((await coHost.answer('host', 'accept', third)).body.session.seats).toHaveLength(16);
  });

  it('are sixteen at most', async () => {
    coHost.rooms.live.channels.get(coHost.channelId)!.seatLimit = 16;
    for (let i = 1; i <= 15; i++) await coHost.seat(`g${i}`);
    const late = (await coHost.apply('late')).body.id;
    expect((await coHost.answer('host', 'accept', late)).body).toMatchObject({
      code: 'seats_full',
      args: { limit: 16 },
    });
  });

  it('can be asked for, and are refused when taken, locked, or not there', async () => {
    expect((await coHost.seat('gina', { seat: 3 })).members[1]).toMatchObject({
      userId: coHost.id('gina'),
      seat: 3,
    });
    expect((await coHost.invite('max', { seat: 3 })).body).toMatchObject({
      code: 'seat_taken',
      args: { seat: 3 },
    });
    expect((await coHost.apply('max', { seat: 3 })).body.code).toBe('seat_taken');
    expect((await coHost.onChannel('host', 'PATCH', '/seats/5', { locked: true })).body).toMatchObject({
      seats: expect.arrayContaining([{ seat: 5, locked: true, userId: null }]) as object,
    });
    expect((await coHost.apply('max', { seat: 5 })).body).toMatchObject({
      code: 'seat_locked',
      args: { seat: 5 },
    });
    expect((await coHost.apply('max', { seat: 9 })).body.code).toBe('invalid_input');
    expect((await coHost.apply('max', { seat: 0 })).body.code).toBe('invalid_input');

    const asked = await coHost.invite('max', { seat: 4 });
    expect(asked.body).toMatchObject({ seat: 4, position: null });
    expect((await coHost.answer('max', 'accept', asked.body.id)).body.session.members[2]).toMatchObject({
      seat: 4,
    });
  });

  it('that was asked for may be gone at the answer: refused, and the invitation waits on', async () => {
    await coHost.seat('gina');
    const [max, zoe] = [
      (await coHost.apply('max', { seat: 2 })).body.id,
      (await coHost.apply('zoe', { seat: 2 })).body.id,
    ];
    expect((await coHost.answer('host', 'accept', max)).status).toBe(200);
    expect((await coHost.answer('host', 'accept', zoe)).body.code).toBe('seat_taken');
    await coHost.onChannel('host', 'DELETE', `/members/${coHost.id('max')}`);
    await coHost.onChannel('host', 'PATCH', '/seats/2', { locked: true });
    expect((await coHost.answer('host', 'accept', zoe)).body.code).toBe('seat_locked');
    await coHost.onChannel('host', 'PATCH', '/seats/2', { locked: false });
    expect((await coHost.answer('host', 'accept', zoe)).status).toBe(200);
  });

  it('that are locked keep who sits there, and go to nobody after', async () => {
    await coHost.seat('gina');
    await coHost.onChannel('host', 'PATCH', '/seats/1', { locked: true });
    await coHost.onChannel('host', 'PATCH', '/seats/2', { locked: true });
    expect(await seated()).toEqual({ host: 0, gina: 1 });
    expect(await coHost.seat('max')).toMatchObject({
      members: [{}, {}, { userId: coHost.id('max'), seat: 3 }],
    });
    await coHost.onChannel('host', 'DELETE', `/members/${coHost.id('gina')}`);
    await coHost.seat('zoe');
    expect(await seated()).toEqual({ host: 0, max: 3, zoe: 4 });
    for (const [number, status] of [
      ['0', 400],
      ['9', 400],
      ['x', 400],
    ] as const) {
      expect((await coHost.onChannel('host', 'PATCH', `/seats/${number}`, { locked: true })).status).toBe(
        status,
      );
    }
  });

  it('change: the host moves and swaps, a guest takes a free one, and the mix follows', async () => {
    const { mixTaskId } = await coHost.seat('gina');
    await coHost.seat('max');
    const inMix = () =>
      coHost.rooms.mixing.tasks.get(mixTaskId!)!.seats.map((s) => `${s.userId.split('-')[0]} ${s.seat}`);
    const move = (by: string, who: string, to: number) =>
      coHost.onChannel(by, 'PATCH', `/members/${coHost.id(who)}`, { seat: to });

    expect((await move('host', 'gina', 7)).status).toBe(200);
    expect(inMix()).toEqual(['host 0', 'max 2', 'gina 7']);
    expect((await move('host', 'gina', 2)).status).toBe(200);
    expect(await seated()).toEqual({ host: 0, gina: 2, max: 7 });
    expect(inMix()).toEqual(['host 0', 'gina 2', 'max 7']);
    // Who they are and how they got here is not changed by where they sit.
    expect((await coHost.session()).members.map((m) => m.state)).toEqual(['invited', 'invited', 'invited']);

    expect((await move('gina', 'gina', 7)).body).toMatchObject({ code: 'seat_taken', args: { seat: 7 } });
    expect((await move('gina', 'gina', 1)).status).toBe(200);
    expect((await move('gina', 'max', 3)).body.code).toBe('not_allowed');
    await coHost.onChannel('host', 'PATCH', '/seats/4', { locked: true });
    for (const who of ['host', 'gina']) expect((await move(who, 'gina', 4)).body.code).toBe('seat_locked');
    expect((await move('host', 'host', 4)).body.code).toBe('invalid_input');
    expect((await move('host', 'gina', 0)).body.code).toBe('invalid_input');
    expect((await move('host', 'gina', 15)).body.code).toBe('invalid_input');
    expect((await move('host', 'nobody', 3)).body.code).toBe('member_not_found');
    expect(await seated()).toEqual({ host: 0, gina: 1, max: 7 });
  });

  it('go to one of two who take the same at the same moment', async () => {
    await coHost.seat('gina');
    const asked = await Promise.all([
      coHost.apply('max', { seat: 5 }),
      coHost.apply('zoe', { seat: 5 }, coHost.other),
    ]);
    const answers = await Promise.all(
      asked.map(({ body }, i) => coHost.answer('host', 'accept', body.id, i ? coHost.app : coHost.other)),
    );
    expect(codes(answers)).toEqual([200, 'seat_taken']);

    await coHost.seat('bo');
    const moves = await Promise.all([
      coHost.onChannel('gina', 'PATCH', `/members/${coHost.id('gina')}`, { seat: 8 }),
      coHost.onChannel('bo', 'PATCH', `/members/${coHost.id('bo')}`, { seat: 8 }, coHost.other),
    ]);
    expect(codes(moves)).toEqual([200, 'seat_taken']);
    await noTwoOnOneSeat();
  });

  it('survive a swap while one of the two leaves', async () => {
    for (let round = 0; round < 5; round++) {
      await coHost.seat('gina');
      if (!(await seated()).max) await coHost.seat('max');
      const to = (await seated()).max!;
      const answers = await Promise.all([
        coHost.onChannel(
          'host',
          'PATCH',
          `/members/${coHost.id('gina')}`,
          { seat: to },
          round % 2 ? coHost.app : coHost.other,
        ),
        coHost.onChannel('gina', 'DELETE', `/members/${coHost.id('gina')}`),
      ]);
      expect(answers[1].status).toBe(204);
      expect([200, 404]).toContain(answers[0].status);
      const now = await seated();
      expect(Object.keys(now).sort()).toEqual(['host', 'max']);
      await noTwoOnOneSeat();
    }
  });

  it('survive two swaps across each other', async () => {
    for (const who of ['a', 'b', 'c']) await coHost.seat(who);
    const moves: [string, number][] = [
      ['a', 2],
      ['b', 3],
      ['c', 1],
      ['a', 3],
    ];
    const answers = await Promise.all(
      moves.map(([who, to], i) =>
        coHost.onChannel(
          'host',
          'PATCH',
          `/members/${coHost.id(who)}`,
          { seat: to },
          i % 2 ? coHost.app : coHost.other,
        ),
      ),
    );
    expect(codes(answers)).toEqual([200, 200, 200, 200]);
    expect(Object.values(await seated()).sort()).toEqual([0, 1, 2, 3]);
  });
});
