/** PK where a host's device mixes, with all rooms, fake mixers and a node without media. */
import type { CoHostView, MixingMode, MixSwitchView, PkMatchView } from '../../../src/contracts';
import { Contest, type Corner } from '../../support/fixtures/pk-fixture';
import { Show } from '../../support/fixtures/control-plane';

jest.setTimeout(90_000);

let show: Show;
let contest: Contest;
let ann: Corner;
let bea: Corner;

beforeAll(async () => {
  show = await Show.start({ MEMBER_GRACE_MS: 300, RESUME_TIMEOUT_MS: 3000, CLIENT_MIX_GRACE_MS: 300 });
}, 60_000);
afterAll(() => show.stop(), 60_000);
beforeEach(async () => {
  contest = await Contest.set(show);
  ({ ann, bea } = contest);
});
afterEach(() => show.everybodyLeaves());

const guestOf = (one: Corner) => `gus-${one.hostId}`;
const setChannel = ({ channelId }: Corner, set: { mixingMode?: MixingMode; clientMixFallback?: string }) =>
  show.as('admin', 'PATCH', `channels/${channelId}`, set);
const giveUp = ({ hostId, channelId }: Corner) => show.as(hostId, 'DELETE', `channels/${channelId}/pk`);

/** Resolves when the host's app was told to mix exactly these, as `userId side seat`, in this layout. */
function mixes({ client }: Corner, { id }: CoHostView, kind: string, seats: string[]): Promise<void> {
  return client.until(([name, p]) => {
    if (name !== 'co-host:session' || p.id !== id || p.mix.layout.kind !== kind) return false;
    const now = p.mix.seats.map((s) => [s.userId, s.side, s.seat].filter((x) => x !== undefined).join(' '));
    return now.join() === seats.join();
  });
}
function switched({ client, channelId }: Corner, state: MixSwitchView['state']): Promise<void> {
  return client.until(([name, p]) => name === 'mix:switch' && p.channelId === channelId && p.state === state);
}
const isRunning = async ({ id }: PkMatchView) =>
  expect(await contest.match(ann)).toMatchObject({ id, state: 'running' });

describe.each(['the challenger', 'the challenged'])('a match in which the device of %s mixes', (who) => {
  let one: Corner;
  let other: Corner;
  beforeEach(async () => {
    [one, other] = who === 'the challenger' ? [ann, bea] : [bea, ann];
    await setChannel(one, { mixingMode: 'client' });
  });

  it('of two who are just live: each channel in its own mode, and both back to their hosts', async () => {
    const match = await contest.run();
    const [mine, his] = [await contest.session(one), await contest.session(other)];
    expect([mine.mixingMode, his.mixingMode]).toEqual(['client', 'server']);
    expect(mine.conferenceId).toBe(his.conferenceId);
    const [a, b] = [one.hostId, other.hostId];
    await mixes(one, mine, 'side-by-side', [`${a} left 0`, `${b} right 0`]);
    await contest.shows(other, 'side-by-side', [`${b} left 0`, `${a} right 0`]);
    await contest.seat(other, guestOf(other));
    const withGuest = [`${a} left 0`, `${b} right 0`, `${guestOf(other)} right 1`];
    await mixes(one, mine, 'side-by-side', withGuest);
    await contest.shows(one, 'side-by-side', withGuest);
    // What the device is told is what a mixer of ours would be.
    const { layout, seats } = await show.mix(mine.mixTaskId!);
    expect((await contest.session(one)).mix).toEqual({ layout, seats });
    expect(await show.mix(mine.mixTaskId!)).toMatchObject({ mode: 'client', attempt: 0, state: 'running' });

    await giveUp(other);
    await contest.matchIs('ended', match.id);
    for (const { client, channelId } of contest.corners) {
      await client.until(
        ([name, p]) => name === 'live:source' && p.channelId === channelId && p.source === 'host',
      );
    }
    await one.client.until(([name, p]) => name === 'live:stop-push' && p.role === 'mix');
  });

  it('who is co-hosting: the running mix gets the others, and loses them again', async () => {
    const before = await contest.coHost(one, guestOf(one));
    const [a, b, guest] = [one.hostId, other.hostId, guestOf(one)];
    await mixes(one, before, before.layout.kind, [`${a} 0`, `${guest} 1`]);
    const match = await contest.agree();
    await contest.goLive(other);
    await contest.matchIs('running', match.id);
    await mixes(one, before, 'side-by-side', [`${a} left 0`, `${guest} left 1`, `${b} right 0`]);
    await contest.shows(other, 'side-by-side', [`${b} left 0`, `${a} right 0`, `${guest} right 1`]);

    await giveUp(one);
    await contest.matchIs('ended', match.id);
    const after = await contest.session(one);
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
    const match = await contest.run();
    const session = await contest.session(one);
    await show.node.unpublish(one.channelId, 'mix');
    await one.client.until(() => one.client.of('mix:push').length === 2);
    if (policy === 'hold') {
      await contest.deviceMixes(one, session);
    } else {
      await switched(one, 'switching');
      const target = await takingOver(session);
      expect((await show.mix(target)).seats.map((s) => s.side)).toEqual(['left', 'right']);
      await show.node.publish(one.channelId, 'mix', await show.epochOf(target, one.client));
      await switched(one, 'done');
    }
    const mixingMode = policy === 'hold' ? 'client' : 'server';
    expect(await contest.session(one)).toMatchObject({ id: session.id, state: 'live', mixingMode });
    await isRunning(match);
    await giveUp(other);
    await contest.matchIs('ended', match.id);
  });
});

it('two devices mix, and one of two co-hostings moves to the other’s conference and back', async () => {
  for (const one of contest.corners) await setChannel(one, { mixingMode: 'client' });
  const anns = await contest.coHost(ann, guestOf(ann));
  const beas = await contest.coHost(bea, guestOf(bea));
  const match = await contest.agree();
  const moved = (to: string) =>
    bea.client.until(([name, p]) => name === 'co-host:session' && p.id === beas.id && p.conferenceId === to);
  await moved(anns.conferenceId);
  for (const userId of [bea.hostId, guestOf(bea)]) await show.enter(userId, anns.conferenceId);
  await contest.matchIs('running', match.id);
  const [a, b] = [ann.hostId, bea.hostId];
  await mixes(bea, beas, 'side-by-side', [
    ...[`${b} left 0`, `${guestOf(bea)} left 1`],
    ...[`${a} right 0`, `${guestOf(ann)} right 1`],
  ]);

  await giveUp(ann);
  await contest.matchIs('ended', match.id);
  const back = await contest.session(bea);
  const { id, mixTaskId, conferenceId } = beas;
  expect(back).toMatchObject({ id, mixTaskId, conferenceId, state: 'live', mixingMode: 'client' });
  expect(back.mix.seats.map(({ userId, side }) => ({ userId, side }))).toEqual([
    { userId: b },
    { userId: guestOf(bea) },
  ]);
  for (const { client } of contest.corners) expect(client.of('mix:push')).toHaveLength(1);
});

it('the mixing mode is switched during the match, and the new mix knows both sides', async () => {
  const match = await contest.run();
  const before = await contest.session(ann);
  const path = `channels/${ann.channelId}/co-host/mixing-mode`;
  expect((await show.as('admin', 'POST', path, { mode: 'client' })).status).toBe(202);
  await switched(ann, 'switching');
  // Who comes meanwhile is for both mixes.
  await contest.seat(bea, guestOf(bea));
  const seats = [`${ann.hostId} left 0`, `${bea.hostId} right 0`, `${guestOf(bea)} right 1`];
  await contest.shows(ann, 'side-by-side', seats);
  await contest.deviceMixes(ann, before);
  await switched(ann, 'done');
  await mixes(ann, before, 'side-by-side', seats);
  await contest.shows(ann, 'side-by-side', seats);
  expect((await contest.session(ann)).mixingMode).toBe('client');
  await isRunning(match);
  await giveUp(bea);
  await contest.matchIs('ended', match.id);
});

/** The mix that a switch of this session has begun. */
async function takingOver({ id }: CoHostView): Promise<string> {
  const rows = await show.sql<{ id: string }[]>(
    `SELECT to_task_id AS id FROM mix_switches WHERE session_id = $1 ORDER BY created_at DESC LIMIT 1`,
    [id],
  );
  return rows[0]!.id;
}
