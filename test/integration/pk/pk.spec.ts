/** PK, with all rooms, fake mixers and a node without media. */
import type {
  InvitationView,
  ListView,
  PkAcceptView,
  PkMatchView,
  ProblemDetails,
} from '../../../src/contracts';
import { PkFixture, type PkHost } from '../../support/fixtures/pk-fixture';
import { until } from '../../support/process/processes';
import { ControlPlane } from '../../support/fixtures/control-plane';

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

const pkOf = ({ channelId }: PkHost) => `channels/${channelId}/pk`;
const points = (who: string, { channelId }: PkHost, matchId: string, n: number) =>
  control.as<PkMatchView & ProblemDetails>(who, 'POST', `channels/${channelId}/pk/points`, {
    matchId,
    points: n,
  });
const challenges = async ({ hostId, channelId }: PkHost) =>
  (await control.as<ListView<InvitationView>>(hostId, 'GET', `channels/${channelId}/pk/invitations`)).body
    .items;

describe('a challenge', () => {
  it('reaches both hosts, and whoever was asked may reject it, whoever asked withdraw it', async () => {
    const { status, body } = await pk.challenge();
    expect({ status, kind: body.kind, state: body.state }).toEqual({
      status: 201,
      kind: 'pk',
      state: 'pending',
    });
    expect(body).toMatchObject({ channelId: ann.channelId, toChannelId: bea.channelId, durationMs: 60_000 });
    for (const { client } of pk.hosts) {
      await client.until(
        ([name, p]) => name === 'pk:invitation' && p.id === body.id && p.state === 'pending',
      );
    }
    expect((await pk.answer(ann, body.id, 'accept')).body.code).toBe('not_allowed');
    expect((await pk.answer(bea, body.id, 'cancel')).body.code).toBe('not_allowed');
    // It is no invitation to a seat.
    const other = await control.as<ProblemDetails>(
      bea.hostId,
      'POST',
      `co-host/invitations/${body.id}/accept`,
    );
    expect(other.body.code).toBe('invitation_not_found');
    expect((await pk.answer(bea, body.id, 'reject')).body.state).toBe('rejected');
    await ann.client.until(
      ([name, p]) => name === 'pk:invitation' && p.id === body.id && p.state === 'rejected',
    );
    expect((await pk.answer(bea, body.id, 'accept')).body.code).toBe('invalid_transition');

    const again = await pk.challenge();
    expect((await pk.answer(ann, again.body.id, 'cancel')).body.state).toBe('cancelled');
    expect((await challenges(bea)).map(({ state }) => state)).toEqual(['cancelled', 'rejected']);
  });

  it('is answered busy, offline and blocked, each for itself', async () => {
    const refused = async (from: PkHost, to: { channelId: string }) =>
      (await pk.challenge(from, to)).body.code;
    expect(await refused(ann, ann)).toBe('invalid_input');

    const title = 'Nobody is here';
    const away = (await control.as<{ id: string }>(`away-${ann.hostId}`, 'POST', 'channels', { title })).body
      .id;
    expect(await refused(ann, { channelId: away })).toBe('user_offline');

    const rivals = await PkFixture.start(control);
    await rivals.challenge();
    expect(await refused(ann, rivals.ann)).toBe('user_busy');
    expect(await refused(ann, rivals.bea)).toBe('user_busy');
    expect(await refused(rivals.ann, bea)).toBe('invitation_pending');

    await control.as(bea.hostId, 'POST', `channels/${bea.channelId}/im/bans`, { userId: ann.hostId });
    expect(await refused(ann, bea)).toBe('user_blocked');
    await control.as(bea.hostId, 'DELETE', `channels/${bea.channelId}/im/bans/${ann.hostId}`);

    // On another channel of his the host is in a session.
    const second = (await control.as<{ id: string }>(bea.hostId, 'POST', 'channels', { title: 'x' })).body.id;
    await pk.seat(bea, `guest-of-${bea.hostId}`);
    expect(await refused(ann, { channelId: second })).toBe('user_busy');
  });

  it('stands alone when both challenge each other at the same moment', async () => {
    const both = await Promise.all([pk.challenge(ann, bea), pk.challenge(bea, ann)]);
    const codes = both.map(({ status, body }) => body.code ?? status).sort();
    expect(codes).toEqual([201, 'invitation_pending']);
  });

  it('expires while no API is there', async () => {
    const { body } = await pk.challenge();
    await control.restart({}, async () => {
      await control.sql(`UPDATE invitations SET expires_at = now() - interval '1 second' WHERE id = $1`, [
        body.id,
      ]);
    });
    expect((await pk.answer(bea, body.id, 'accept')).body.code).toBe('invalid_transition');
    await until(async () => (await challenges(ann))[0]!.state === 'expired', 10_000);
  });

  it('is void when one of the channels is deleted', async () => {
    const { body } = await pk.challenge();
    await control.as(bea.hostId, 'DELETE', `channels/${bea.channelId}`);
    expect((await pk.answer(bea, body.id, 'accept')).body.code).toBe('channel_not_found');
  });

  it('makes one match of two acceptances at the same moment', async () => {
    const { body } = await pk.challenge();
    const both = await Promise.all([
      pk.answer<PkAcceptView>(bea, body.id, 'accept'),
      pk.answer<PkAcceptView>(bea, body.id, 'accept'),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await pk.match(ann)).id).toBe((await pk.match(bea)).id);
    await control.as('admin', 'DELETE', pkOf(ann));
  });
});

describe('a match of two who are just live', () => {
  it('goes from the acceptance to the result, and leaves both channels to their hosts', async () => {
    // With two API processes each thing happens once all the same.
    await control.startApi({ ROLE: 'api' });
    const viewer = await control.online('viewer', ann.channelId);
    const match = await pk.agree(5000);
    expect(match).toMatchObject({ state: 'starting', winner: null, reason: null, startedAt: null });
    const sessions = await Promise.all(pk.hosts.map((one) => pk.session(one)));
    expect(new Set(sessions.map((s) => s.conferenceId)).size).toBe(1);
    expect(new Set(sessions.map((s) => s.mixTaskId)).size).toBe(2);
    expect(sessions[0]!.opponents.map((m) => m.userId)).toEqual([bea.hostId]);
    for (const one of pk.hosts) await pk.goLive(one);
    const running = await pk.matchIs('running', match.id);
    expect(Date.parse(running.endsAt!) - Date.parse(running.startedAt!)).toBe(5000);
    await pk.shows(ann, 'side-by-side', [`${ann.hostId} left 0`, `${bea.hostId} right 0`]);
    await pk.shows(bea, 'side-by-side', [`${bea.hostId} left 0`, `${ann.hostId} right 0`]);

    const given = await points('admin', bea, match.id, 30);
    expect(given.body.sides.map((side) => side.points)).toEqual([0, 30]);
    for (const { client } of pk.hosts) {
      await client.until(
        ([name, p]) => name === 'pk:points' && p.channelId === bea.channelId && p.points === 30,
      );
    }

    const result = await pk.matchIs('ending', match.id);
    expect(result).toMatchObject({ reason: 'time_up', winner: bea.channelId, endsAt: running.endsAt });
    expect((await points('admin', ann, match.id, 99)).body.code).toBe('pk_not_running');
    // The encoders stand by: each is on the air again.
    for (const [i, { client, channelId }] of pk.hosts.entries()) {
      await control.sees(client, sessions[i]!, (s) => s.state === 'ended' && s.reason === 'pk_over');
      await client.until(
        ([name, p]) => name === 'live:source' && p.channelId === channelId && p.source === 'host',
      );
    }
    await pk.matchIs('ended', match.id);
    await viewer.until(([name, p]) => name === 'pk:match' && p.state === 'ended');
    expect(viewer.of('pk:match').map(({ state }) => state)).toEqual([
      'starting',
      'running',
      'ending',
      'ended',
    ]);
    expect((await control.as(ann.hostId, 'GET', pkOf(ann))).status).toBe(204);
    await control.apis.pop()!.stop();
    // And free for the next.
    const again = await pk.agree();
    await control.as(ann.hostId, 'DELETE', pkOf(ann));
    await pk.matchIs('failed', again.id);
  });

  it('counts all points of many at the same moment, for the match that they are meant for', async () => {
    const match = await pk.run();
    await Promise.all(Array.from({ length: 40 }, (_, i) => points('admin', i % 2 ? ann : bea, match.id, i)));
    const { sides } = await pk.match(ann);
    expect(sides.map((side) => side.points)).toEqual([400, 380]);
    expect((await points('admin', ann, crypto.randomUUID(), 1)).body.code).toBe('pk_not_found');
    expect((await points(ann.hostId, ann, match.id, 1)).body.code).toBe('not_allowed');
    await control.as('admin', 'DELETE', pkOf(ann));
    expect(await pk.matchIs('ending', match.id)).toMatchObject({
      reason: 'ended_by_admin',
      winner: ann.channelId,
    });
  });

  it('is lost by the host who gives up, whatever the points', async () => {
    const match = await pk.run();
    await points('admin', ann, match.id, 500);
    expect((await control.as<ProblemDetails>('viewer', 'DELETE', pkOf(ann))).body.code).toBe('not_allowed');
    expect((await control.as(ann.hostId, 'DELETE', pkOf(ann))).status).toBe(204);
    expect(await pk.matchIs('ending', match.id)).toMatchObject({
      reason: 'given_up',
      winner: bea.channelId,
    });
    await pk.matchIs('ended', match.id);
  });

  it('is lost by the host who vanishes, and the other goes back to his own', async () => {
    const match = await pk.run();
    const { conferenceId } = await pk.session(bea);
    await pk.vanish(bea.hostId, conferenceId);
    expect(await pk.matchIs('ending', match.id)).toMatchObject({
      reason: 'host_left',
      winner: ann.channelId,
    });
    await pk.matchIs('ended', match.id);
  });

  it('ends after a restart when its time was up meanwhile', async () => {
    const match = await pk.run();
    await points('admin', ann, match.id, 1);
    await control.restart({}, async () => {
      await control.sql(`UPDATE pk_matches SET ends_at = now() - interval '1 second' WHERE id = $1`, [
        match.id,
      ]);
    });
    await until(async () => (await control.as(ann.hostId, 'GET', pkOf(ann))).status === 204, 15_000);
    const [row] = await control.sql<[{ state: string; reason: string; winner: string }]>(
      `SELECT state, reason, winner FROM pk_matches WHERE id = $1`,
      [match.id],
    );
    expect(row).toEqual({ state: 'ended', reason: 'time_up', winner: ann.channelId });
  });

  it('fails when one of the channels is deleted before it ran, and the other host is left in peace', async () => {
    const match = await pk.agree();
    expect((await control.as(ann.hostId, 'DELETE', `channels/${ann.channelId}`)).status).toBe(204);
    await bea.client.until(([name, p]) => name === 'pk:match' && p.id === match.id && p.state === 'failed');
    expect(bea.client.of('pk:match').at(-1)).toMatchObject({ reason: 'channel_not_found', winner: null });
    expect((await control.as(bea.hostId, 'GET', `channels/${bea.channelId}/co-host`)).status).toBe(204);
  });

  it('seats guests of either, small beside their own host for both audiences', async () => {
    const match = await pk.run();
    const guest = `gus-${bea.hostId}`;
    await pk.seat(bea, guest);
    const [a, b] = [ann.hostId, bea.hostId];
    await pk.shows(bea, 'side-by-side', [`${b} left 0`, `${guest} left 1`, `${a} right 0`]);
    await pk.shows(ann, 'side-by-side', [`${a} left 0`, `${b} right 0`, `${guest} right 1`]);
    const mine = `conferences/${(await pk.session(bea)).conferenceId}/members/${guest}`;
    const byOther = await control.as<ProblemDetails>(a, 'DELETE', mine);
    expect(byOther.body.code).toBe('not_allowed');
    expect((await control.as(b, 'PATCH', mine, { audio: false })).status).toBe(200);
    await control.as(guest, 'DELETE', `channels/${bea.channelId}/co-host/members/${guest}`);
    await pk.shows(ann, 'side-by-side', [`${a} left 0`, `${b} right 0`]);
    await control.as('admin', 'DELETE', pkOf(ann));
    await pk.matchIs('ended', match.id);
  });

  it('keeps both hosts from another session', async () => {
    const match = await pk.run();
    const third = await PkFixture.start(control);
    expect((await third.challenge(third.ann, bea)).body.code).toBe('user_busy');
    await control.as('admin', 'DELETE', pkOf(bea));
    await pk.matchIs('ended', match.id);
  });
});

describe('a match of one who is in a co-hosting', () => {
  it.each(['the challenger', 'the challenged'])('keeps the session of %s, with his guests', async (who) => {
    const [one, other] = who === 'the challenger' ? [ann, bea] : [bea, ann];
    const guest = `gus-${one.hostId}`;
    const before = await pk.coHost(one, guest);
    const match = await pk.agree();
    expect((await pk.session(one)).id).toBe(before.id);
    expect((await pk.session(other)).conferenceId).toBe(before.conferenceId);
    await pk.goLive(other);
    await pk.matchIs('running', match.id);
    const [mine, his] = [one.hostId, other.hostId];
    await pk.shows(one, 'side-by-side', [`${mine} left 0`, `${guest} left 1`, `${his} right 0`]);
    await pk.shows(other, 'side-by-side', [`${his} left 0`, `${mine} right 0`, `${guest} right 1`]);

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
    expect((await control.as(his, 'GET', `channels/${other.channelId}/co-host`)).status).toBe(204);
    // Whoever visited is out of the conference, for good.
    await other.client.until(
      ([name, p]) => name === 'conference:member' && p.member.userId === his && p.member.state === 'left',
    );
    const back = await control.as<ProblemDetails>(his, 'POST', `conferences/${before.conferenceId}/members`);
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
    await control.as(bea.hostId, 'PATCH', muted, { audio: false });
    return before;
  }

  it('moves the challenged host and his guests, and back; mixes and sessions stay', async () => {
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
    });

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

  it('gives each host the people of his own session, and neither the conference', async () => {
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
        expect(await code(me, 'PATCH', `${members}/${userId}`, { audio: false })).toBe('not_allowed');
        expect(await code(me, 'DELETE', `${members}/${userId}`)).toBe('not_allowed');
        const seat = `channels/${one.channelId}/co-host/members/${userId}`;
        expect(await code(me, 'PATCH', seat, { audio: false })).toBe('member_not_found');
        expect(await code(me, 'DELETE', seat)).toBe('member_not_found');
      }
      expect(await code(me, 'DELETE', shared)).toBe('not_allowed');
      expect(await code(me, 'PATCH', `${members}/${guestOf(one)}`, { video: false })).toBe('done');
      const own = `channels/${one.channelId}/co-host/members/${guestOf(one)}`;
      expect(await code(me, 'PATCH', own, { video: true })).toBe('done');
    }
    expect(await code('admin', 'PATCH', `${members}/${ann.hostId}`, { audio: false })).toBe('done');
    expect((await pk.match(ann)).state).toBe('running');

    // One is removed by the conference, the other by his seat: both are gone from either.
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

  it('ends both conferences of a host who ends his co-hosting meanwhile; the other goes on', async () => {
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
