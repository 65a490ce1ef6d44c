/** PK where a host's device mixes, with all rooms, fake mixers and a node without media. */
import type { CoHostView, MixingMode, MixSwitchView, PkMatchView } from '../../../src/contracts';
import { PkFixture, type PkHost } from '../../support/fixtures/pk-fixture';
import { ControlPlane } from '../../support/fixtures/control-plane';

jest.setTimeout(90_000);

let control: ControlPlane;
let pk: PkFixture;
let ann: PkHost;
let bea: PkHost;

beforeAll(async () => {
  control = await ControlPlane.start({
    MEMBER_GRACE_MS: 300,
    RESUME_TIMEOUT_MS: 3000,
    CLIENT_MIX_GRACE_MS: 300,
  });
}, 60_000);
afterAll(() => control.stop(), 60_000);
beforeEach(async () => {
  pk = await PkFixture.start(control);
  ({ ann, bea } = pk);
});
afterEach(() => control.everybodyLeaves());

const guestOf = (one: PkHost) => `gus-${one.hostId}`;
const setChannel = ({ channelId }: PkHost, set: { mixingMode?: MixingMode; clientMixFallback?: string }) =>
  control.as('admin', 'PATCH', `channels/${channelId}`, set);
const giveUp = ({ hostId, channelId }: PkHost) => control.as(hostId, 'DELETE', `channels/${channelId}/pk`);

/** Resolves when the host's app was told to mix exactly these, as `userId side seat`, in this layout. */
function mixes({ client }: PkHost, { id }: CoHostView, kind: string, seats: string[]): Promise<void> {
  return client.until(([name, p]) => {
    if (name !== 'co-host:session' || p.id !== id || p.mix.layout.kind !== kind) return false;
    const now = p.mix.seats.map((s) => [s.userId, s.side, s.seat].filter((x) => x !== undefined).join(' '));
    return now.join() === seats.join();
  });
}
function switched({ client, channelId }: PkHost, state: MixSwitchView['state']): Promise<void> {
  return client.until(([name, p]) => name === 'mix:switch' && p.channelId === channelId && p.state === state);
}
const isRunning = async ({ id }: PkMatchView) =>
  expect(await pk.match(ann)).toMatchObject({ id, state: 'running' });

describe.each(['the challenger', 'the challenged'])('a match in which the device of %s mixes', (who) => {
  let one: PkHost;
  let other: PkHost;
  beforeEach(async () => {
    [one, other] = who === 'the challenger' ? [ann, bea] : [bea, ann];
    await setChannel(one, { mixingMode: 'client' });
  });

  it('of two who are just live: each channel in its own mode, and both back to their hosts', async () => {
    const match = await pk.run();
    const [mine, theirs] = [await pk.session(one), await pk.session(other)];
    expect([mine.mixingMode, theirs.mixingMode]).toEqual(['client', 'server']);
    expect(mine.conferenceId).toBe(theirs.conferenceId);
    const [a, b] = [one.hostId, other.hostId];
    await mixes(one, mine, 'side-by-side', [`${a} left 0`, `${b} right 0`]);
    await pk.shows(other, 'side-by-side', [`${b} left 0`, `${a} right 0`]);
    await pk.seat(other, guestOf(other));
    const withGuest = [`${a} left 0`, `${b} right 0`, `${guestOf(other)} right 1`];
    await mixes(one, mine, 'side-by-side', withGuest);
    await pk.shows(one, 'side-by-side', withGuest);
    // What the device is told is what a mixer of ours would be.
    const { layout, seats } = await control.mix(mine.mixTaskId!);
    expect((await pk.session(one)).mix).toEqual({ layout, seats });
    expect(await control.mix(mine.mixTaskId!)).toMatchObject({
      mode: 'client',
      attempt: 0,
      state: 'running',
    });

    await giveUp(other);
    await pk.matchIs('ended', match.id);
    for (const { client, channelId } of pk.hosts) {
      await client.until(
        ([name, p]) => name === 'live:source' && p.channelId === channelId && p.source === 'host',
      );
    }
    await one.client.until(([name, p]) => name === 'live:stop-push' && p.role === 'mix');
  });

  it('who is co-hosting: the running mix gets the others, and loses them again', async () => {
    const before = await pk.coHost(one, guestOf(one));
    const [a, b, guest] = [one.hostId, other.hostId, guestOf(one)];
    await mixes(one, before, before.layout.kind, [`${a} 0`, `${guest} 1`]);
    const match = await pk.agree();
    await pk.goLive(other);
    await pk.matchIs('running', match.id);
    await mixes(one, before, 'side-by-side', [`${a} left 0`, `${guest} left 1`, `${b} right 0`]);
    await pk.shows(other, 'side-by-side', [`${b} left 0`, `${a} right 0`, `${guest} right 1`]);

    await giveUp(one);
    await pk.matchIs('ended', match.id);
    const after = await pk.session(one);
    const { id, mixTaskId, conferenceId, layout } = before;
    expect(after).toMatchObject({ id, mixTaskId, conferenceId, state: 'live', mixingMode: 'client' });
    expect(after.mixSwitch).toBeNull();
    expect(after.mix.layout).toEqual(layout);
    expect(after.mix.seats.map(({ userId, side }) => ({ userId, side }))).toEqual([
      { userId: a },
      { userId: guest },
    ]);
    // One push, from the beginning to now.
    expect(one.client.of('mix:push')).toHaveLength(1);
  });

  it.each(['hold', 'server'])('and dies: the channel’s policy is %s, the match goes on', async (policy) => {
    await setChannel(one, { clientMixFallback: policy });
    const match = await pk.run();
    const session = await pk.session(one);
    await control.node.unpublish(one.channelId, 'mix');
    await one.client.until(() => one.client.of('mix:push').length === 2);
    if (policy === 'hold') {
      await pk.deviceMixes(one, session);
    } else {
      await switched(one, 'switching');
      const target = await takingOver(session);
      expect((await control.mix(target)).seats.map((s) => s.side)).toEqual(['left', 'right']);
      await control.node.publish(one.channelId, 'mix', await control.epochOf(target, one.client));
      await switched(one, 'done');
    }
    const mixingMode = policy === 'hold' ? 'client' : 'server';
    expect(await pk.session(one)).toMatchObject({ id: session.id, state: 'live', mixingMode });
    await isRunning(match);
    await giveUp(other);
    await pk.matchIs('ended', match.id);
  });
});

it('two devices mix, and one of two co-hostings moves to the other’s conference and back', async () => {
  for (const one of pk.hosts) await setChannel(one, { mixingMode: 'client' });
  const anns = await pk.coHost(ann, guestOf(ann));
  const beas = await pk.coHost(bea, guestOf(bea));
  const match = await pk.agree();
  const moved = (to: string) =>
    bea.client.until(([name, p]) => name === 'co-host:session' && p.id === beas.id && p.conferenceId === to);
  await moved(anns.conferenceId);
  for (const userId of [bea.hostId, guestOf(bea)]) await control.enter(userId, anns.conferenceId);
  await pk.matchIs('running', match.id);
  const [a, b] = [ann.hostId, bea.hostId];
  await mixes(bea, beas, 'side-by-side', [
    ...[`${b} left 0`, `${guestOf(bea)} left 1`],
    ...[`${a} right 0`, `${guestOf(ann)} right 1`],
  ]);

  await giveUp(ann);
  await pk.matchIs('ended', match.id);
  const back = await pk.session(bea);
  const { id, mixTaskId, conferenceId } = beas;
  expect(back).toMatchObject({ id, mixTaskId, conferenceId, state: 'live', mixingMode: 'client' });
  expect(back.mix.seats.map(({ userId, side }) => ({ userId, side }))).toEqual([
    { userId: b },
    { userId: guestOf(bea) },
  ]);
  for (const { client } of pk.hosts) expect(client.of('mix:push')).toHaveLength(1);
});

it('the mixing mode is switched during the match, and the new mix knows both sides', async () => {
  const match = await pk.run();
  const before = await pk.session(ann);
  const path = `channels/${ann.channelId}/co-host/mixing-mode`;
  expect((await control.as('admin', 'POST', path, { mode: 'client' })).status).toBe(202);
  await switched(ann, 'switching');
  // Who comes meanwhile is for both mixes.
  await pk.seat(bea, guestOf(bea));
  const seats = [`${ann.hostId} left 0`, `${bea.hostId} right 0`, `${guestOf(bea)} right 1`];
  await pk.shows(ann, 'side-by-side', seats);
  await pk.deviceMixes(ann, before);
  await switched(ann, 'done');
  await mixes(ann, before, 'side-by-side', seats);
  await pk.shows(ann, 'side-by-side', seats);
  expect((await pk.session(ann)).mixingMode).toBe('client');
  await isRunning(match);
  await giveUp(bea);
  await pk.matchIs('ended', match.id);
});

/** The mix that a switch of this session has begun. */
async function takingOver({ id }: CoHostView): Promise<string> {
  const rows = await control.sql<{ id: string }[]>(
    `SELECT to_task_id AS id FROM mix_switches WHERE session_id = $1 ORDER BY created_at DESC LIMIT 1`,
    [id],
  );
  return rows[0]!.id;
}
