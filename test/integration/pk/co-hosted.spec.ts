import type { ProblemDetails } from '../../../src/contracts';
import { ControlPlane } from '../../support/fixtures/control-plane';
import { PkFixture, type PkHost, pkOf } from '../../support/fixtures/pk-fixture';
import { until } from '../../support/waiting/until';

jest.setTimeout(90_000);

let control: ControlPlane;
let pk: PkFixture;
let ann: PkHost;
let bea: PkHost;

beforeAll(async () => {
  control = await ControlPlane.start({ MEMBER_GRACE_MS: 300, RESUME_TIMEOUT_MS: 3000 });
}, 60_000);
afterAll(() => control.stop(), 60_000);
beforeEach(async () => {
  pk = await PkFixture.start(control);
  ({ ann, bea } = pk);
});
afterEach(() => control.everybodyLeaves());

describe('a match of one who is in a co-hosting', () => {
  it.each(['the challenger', 'the challenged'])('keeps the session of %s, with their guests', async (who) => {
    const [one, other] = who === 'the challenger' ? [ann, bea] : [bea, ann];
    const guest = `gus-${one.hostId}`;
    const before = await pk.coHost(one, guest);
    const match = await pk.agree();
    expect((await pk.session(one)).id).toBe(before.id);
    expect((await pk.session(other)).conferenceId).toBe(before.conferenceId);
    await pk.goLive(other);
    await pk.matchIs('running', match.id);
    const [mine, theirs] = [one.hostId, other.hostId];
    await pk.shows(one, 'side-by-side', [`${mine} left 0`, `${guest} left 1`, `${theirs} right 0`]);
    await pk.shows(other, 'side-by-side', [`${theirs} left 0`, `${mine} right 0`, `${guest} right 1`]);

    await control.as('admin', 'DELETE', pkOf(one));
    await pk.matchIs('ended', match.id);
    const after = await pk.session(one);
    expect(after).toMatchObject({
      id: before.id,
      state: 'live',
      conferenceId: before.conferenceId,
      mixTaskId: before.mixTaskId,
      opponents: [],
    });
    await pk.shows(one, before.layout.kind, [`${mine} 0`, `${guest} 1`]);
    // Whoever keeps the highest version has what is so now, in whatever order the signals come.
    const told = one.client.signals.flatMap(([name, p]) =>
      name === 'co-host:session' && p.channelId === one.channelId ? [p] : [],
    );
    expect(told.reduce((a, b) => (b.version > a.version ? b : a))).toEqual(after);
    expect(new Set(told.map(({ version }) => version)).size).toBe(told.length);
    expect((await control.as(theirs, 'GET', `channels/${other.channelId}/co-host`)).status).toBe(204);
    // The visitor is out of the conference, for good.
    await other.client.until(
      ([name, p]) => name === 'conference:member' && p.member.userId === theirs && p.member.state === 'left',
    );
    const back = await control.as<ProblemDetails>(
      theirs,
      'POST',
      `conferences/${before.conferenceId}/members`,
    );
    expect(back.body.code).toBe('not_admitted');
  });
});

describe('a match of two who are both in a co-hosting', () => {
  const [guestOf, isIn] = [
    (one: PkHost) => `gus-${one.hostId}`,
    (conferenceId: string, who: string) =>
      control.sql<{ state: string }[]>(
        `SELECT state FROM conference_members WHERE conference_id = $1 AND user_id = $2`,
        [conferenceId, who],
      ),
  ];
  async function bothCoHost() {
    const before = [await pk.coHost(ann, guestOf(ann)), await pk.coHost(bea, guestOf(bea))] as const;
    const muted = `channels/${bea.channelId}/co-host/members/${guestOf(bea)}`;
    await control.as(bea.hostId, 'PATCH', muted, { audio: false, gain: 0.5 });
    return before;
  }

  it('moves the challenged host and their guests, and back; mixes and sessions stay', async () => {
    const [anns, beas] = await bothCoHost();
    const match = await pk.agree();
    const moved = await pk.session(bea);
    expect(moved).toMatchObject({ id: beas.id, conferenceId: anns.conferenceId, mixTaskId: beas.mixTaskId });
    expect((await pk.match(bea)).state).toBe('starting');
    expect((await control.mix(beas.mixTaskId!)).conferenceId).toBe(anns.conferenceId);
    for (const who of [bea.hostId, guestOf(bea)]) await control.enter(who, anns.conferenceId);
    await pk.matchIs('running', match.id);
    const [a, b] = [ann.hostId, bea.hostId];
    await pk.shows(bea, 'side-by-side', [
      ...[`${b} left 0`, `${guestOf(bea)} left 1`],
      ...[`${a} right 0`, `${guestOf(ann)} right 1`],
    ]);
    const seats = (await pk.session(bea)).members;
    expect(seats.find((m) => m.userId === guestOf(bea))).toMatchObject({
      audio: false,
      audioMutedByHost: true,
      gain: 0.5,
    });
    // In either mix.
    for (const one of [ann, bea]) {
      const { seats: mixed } = (await pk.session(one)).mix;
      expect(mixed.find((s) => s.userId === guestOf(bea))).toMatchObject({ gain: 0.5 });
    }

    await control.as(bea.hostId, 'DELETE', pkOf(bea));
    await pk.matchIs('ended', match.id);
    const back = await pk.session(bea);
    expect(back).toMatchObject({ id: beas.id, state: 'live', conferenceId: beas.conferenceId });
    for (const who of [bea.hostId, guestOf(bea)]) await control.enter(who, beas.conferenceId);
    await pk.shows(bea, beas.layout.kind, [`${b} 0`, `${guestOf(bea)} 1`]);
    await pk.shows(ann, anns.layout.kind, [`${a} 0`, `${guestOf(ann)} 1`]);
    expect((await control.mix(beas.mixTaskId!)).conferenceId).toBe(beas.conferenceId);
    expect((await pk.session(bea)).members.filter((m) => m.state === 'on-air')).toHaveLength(2);
    // Visitors who stay in the call are put out.
    await until(async () => (await isIn(anns.conferenceId, b))[0]?.state === 'left', 15_000);
    expect((await isIn(anns.conferenceId, a))[0]?.state).toBe('connected');
  });

  it('gives each host the people of their own session, and neither the conference', async () => {
    const [anns, beas] = await bothCoHost();
    const match = await pk.agree();
    for (const who of [bea.hostId, guestOf(bea)]) await control.enter(who, anns.conferenceId);
    await pk.matchIs('running', match.id);
    const [shared, members] = [
      `conferences/${anns.conferenceId}`,
      `conferences/${anns.conferenceId}/members`,
    ];
    const code = async (who: string, method: string, path: string, body?: object) =>
      (await control.as<ProblemDetails>(who, method, path, body)).body.code ?? 'done';
    for (const [one, other] of [[ann, bea] as const, [bea, ann] as const]) {
      const me = one.hostId;
      for (const userId of [other.hostId, guestOf(other)]) {
        for (const change of [{ audio: false }, { gain: 0 }])
          expect(await code(me, 'PATCH', `${members}/${userId}`, change)).toBe('not_allowed');
        expect(await code(me, 'DELETE', `${members}/${userId}`)).toBe('not_allowed');
        const seat = `channels/${one.channelId}/co-host/members/${userId}`;
        expect(await code(me, 'PATCH', seat, { audio: false })).toBe('member_not_found');
        expect(await code(me, 'PATCH', seat, { gain: 0 })).toBe('member_not_found');
        expect(await code(me, 'DELETE', seat)).toBe('member_not_found');
      }
      expect(await code(me, 'DELETE', shared)).toBe('not_allowed');
      expect(await code(me, 'PATCH', `${members}/${guestOf(one)}`, { video: false })).toBe('done');
      const own = `channels/${one.channelId}/co-host/members/${guestOf(one)}`;
      expect(await code(me, 'PATCH', own, { video: true })).toBe('done');
    }
    expect(await code('admin', 'PATCH', `${members}/${ann.hostId}`, { audio: false })).toBe('done');
    expect((await pk.match(ann)).state).toBe('running');

    // One is removed by the conference, the other by their seat: both are gone from either.
    expect(await code(bea.hostId, 'DELETE', `${members}/${guestOf(bea)}`)).toBe('done');
    const seat = `channels/${ann.channelId}/co-host/members/${guestOf(ann)}`;
    expect(await code(ann.hostId, 'DELETE', seat)).toBe('done');
    await pk.shows(ann, 'side-by-side', [`${ann.hostId} left 0`, `${bea.hostId} right 0`]);
    for (const one of [ann, bea]) {
      await until(async () => (await isIn(anns.conferenceId, guestOf(one)))[0]?.state === 'left', 15_000);
    }

    await control.as('admin', 'DELETE', pkOf(ann));
    await pk.matchIs('ended', match.id);
    expect((await pk.session(bea)).conferenceId).toBe(beas.conferenceId);
    // Alone again, it is its owner's.
    await until(async () => (await isIn(anns.conferenceId, bea.hostId))[0]?.state === 'left', 15_000);
    expect(await code(ann.hostId, 'DELETE', shared)).toBe('done');
  });

  it('takes the seat of a guest who does not come along, and ends with a host who does not come back', async () => {
    const [anns, beas] = await bothCoHost();
    const match = await pk.agree();
    await control.enter(bea.hostId, anns.conferenceId);
    await pk.matchIs('running', match.id);
    const late = (what: string) =>
      control.sql(
        `UPDATE ${what} SET ${what === 'co_host_members' ? 'seated_at' : 'created_at'} =
        now() - interval '10 minutes' WHERE ${what === 'co_host_members' ? 'session_id' : 'id'} = $1`,
        [beas.id],
      );
    await late('co_host_sessions');
    await late('co_host_members');
    await control.sees(bea.client, beas, (s) =>
      s.members.some((m) => m.userId === guestOf(bea) && m.state === 'left'),
    );
    await pk.vanish(bea.hostId, beas.conferenceId);
    await until(async () => (await isIn(beas.conferenceId, bea.hostId))[0]?.state === 'left');
    await control.as('admin', 'DELETE', pkOf(bea));
    await pk.matchIs('ended', match.id);
    await late('co_host_members');
    await control.sees(bea.client, beas, (s) => s.state === 'ending' && s.reason === 'host_left');
  });

  it('goes back to a new conference where somebody has ended the old one', async () => {
    const [, beas] = await bothCoHost();
    const match = await pk.agree();
    await control.as('admin', 'DELETE', `conferences/${beas.conferenceId}`);
    await control.as('admin', 'DELETE', pkOf(bea));
    await pk.matchIs('failed', match.id);
    const back = await pk.session(bea);
    expect(back).toMatchObject({ id: beas.id, state: 'live' });
    expect(back.conferenceId).not.toBe(beas.conferenceId);
    expect((await isIn(back.conferenceId, guestOf(bea)))[0]?.state).toBe('invited');
  });

  it('ends both conferences of a host who ends their co-hosting meanwhile; the other goes on', async () => {
    const [anns, beas] = await bothCoHost();
    const match = await pk.agree();
    for (const who of [bea.hostId, guestOf(bea)]) await control.enter(who, anns.conferenceId);
    await pk.matchIs('running', match.id);
    await control.as(bea.hostId, 'DELETE', `channels/${bea.channelId}/co-host`);
    expect(await pk.matchIs('ending', match.id)).toMatchObject({
      reason: 'given_up',
      winner: ann.channelId,
    });
    await pk.matchIs('ended', match.id);
    await bea.client.until(
      ([name, p]) => name === 'conference:ended' && p.conferenceId === beas.conferenceId,
    );
    await until(async () => (await isIn(anns.conferenceId, guestOf(bea)))[0]?.state === 'left', 15_000);
    expect(await pk.session(ann)).toMatchObject({ id: anns.id, state: 'live' });
  });
});
