import type { PkMatchView, ProblemDetails } from '../../../src/contracts';
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

const points = (who: string, { channelId }: PkHost, matchId: string, n: number) =>
  control.as<PkMatchView & ProblemDetails>(who, 'POST', `channels/${channelId}/pk/points`, {
    matchId,
    points: n,
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
    const began = performance.now();
    await Promise.all(Array.from({ length: 40 }, (_, i) => points('admin', i % 2 ? ann : bea, match.id, i)));
    const { sides } = await pk.match(ann);
    expect(sides.map((side) => side.points)).toEqual([400, 380]);
    // A room is told a few times a second, and the last always.
    const told = () => ann.client.of('pk:points').filter((p) => p.matchId === match.id);
    for (const { channelId, points: now } of sides) {
      await ann.client.until(() => told().some((p) => p.channelId === channelId && p.points === now));
    }
    expect(told().length).toBeLessThanOrEqual(2 * (Math.ceil((performance.now() - began) / 300) + 1));
    expect(told().length).toBeLessThan(40);
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

  it('is lost by the host who vanishes, and the other goes back to their own', async () => {
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
