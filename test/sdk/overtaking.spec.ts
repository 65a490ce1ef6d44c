/** Answers and signals that overtake each other: what is newer stays, however late the older one comes. */
import type { CoHostView, ConferenceView, JoinView, PkMatchView } from '../../src/contracts';
import { SyntheticPerson } from '../../src/demo/synthetic/synthetic-person';
import { GUEST, HOST, RIVAL, RIVALS_OWN, StoryFixture } from '../e2e/support/story-fixture';
import { until } from '../support/waiting/until';
import { LateSignals } from './support/late-signals';
import { becomes } from './support/node-person';
import { type InRoom, People } from './support/people';
import { inCall, isAway, isOnline } from './support/waits';

jest.setTimeout(120_000);

const CAMERA = { picture: 'color=c=red', width: 320, height: 240, fps: 15, gop: 30, bitrate: 300_000 };

let story: StoryFixture;
let others: StoryFixture;
let people: People;
let host: InRoom;
let guest: InRoom;

beforeAll(async () => {
  story = await StoryFixture.start();
  others = await StoryFixture.start({}, { host: RIVAL, own: RIVALS_OWN }, story);
  people = new People(story.app);
  host = await people.enter(story.channelId, 'host', HOST);
  guest = await people.enter(story.channelId, 'guest', GUEST);
  await Promise.all([host, guest].map(({ room }) => becomes(room.joined, Boolean)));
});
afterAll(async () => {
  people?.close();
  await story?.stop();
});

/** What the callbacks of an answer do is done. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('an invitation that was answered before its own answer came waits no more', async () => {
  const late = new LateSignals(guest.person);
  const held = guest.person.answers.hold('POST', /co-host\/invitations$/);
  const applying = guest.invitations.apply();
  const [application] = await becomes(host.invitations.queue, (queue) => queue.length === 1);
  await held.came;
  await host.invitations.reject(application!.id);
  await until(() => late.of('co-host:invitation').some(({ state }) => state === 'rejected'));
  held.letGo();
  expect((await applying).state).toBe('pending');
  expect(guest.invitations.pending.value).toEqual([]);
  const [pending] = late.of('co-host:invitation').filter(({ state }) => state === 'pending');
  if (pending) late.again('co-host:invitation', pending);
  expect(guest.invitations.pending.value).toEqual([]);
});

it('the session of a co-hosting goes on from the answer to its beginning, and from one to a reconnect', async () => {
  const late = new LateSignals(host.person);
  await guest.invitations.apply();
  const [application] = await becomes(host.invitations.queue, (queue) => queue.length === 1);
  const accepted = host.person.answers.hold('POST', /accept$/);
  const accepting = host.invitations.accept(application!.id);
  await Promise.all([inCall(host), inCall(guest)]);
  const { version } = await newest(late);
  accepted.letGo();
  const old = await accepting;
  expect(old.version).toBeLessThan(version);
  host.coHosting.told(old);
  expect(host.coHosting.session.value!.version).toBeGreaterThanOrEqual(version);

  const refreshed = host.person.answers.hold('GET', /co-host$/);
  host.network.cut();
  await isAway(host);
  host.network.mend();
  await isOnline(host);
  await refreshed.came;
  await guest.coHosting.changeMember(GUEST.userId, { audio: false });
  await becomes(host.coHosting.active, () => host.coHosting.seatOf(GUEST.userId)?.audio === false);
  refreshed.letGo();
  await settled();
  const now = host.coHosting.session.value!;
  expect(host.coHosting.seatOf(GUEST.userId)?.audio).toBe(false);
  for (const before of late.of('co-host:session')) late.again('co-host:session', before);
  expect(host.coHosting.session.value).toEqual(now);

  await host.coHosting.end();
  await becomes(host.coHosting.active, (session) => session === null);
  for (const before of late.of('co-host:session')) late.again('co-host:session', before);
  expect(host.coHosting.active.value).toBeNull();
});

async function newest(late: LateSignals): Promise<CoHostView> {
  await until(() => late.of('co-host:session').length > 1);
  return late.of('co-host:session').reduce((a, b) => (b.version > a.version ? b : a));
}

it('what is on the air stays what it became while the room’s snapshot was on its way', async () => {
  const { im } = guest.person.lianmai;
  const late = new LateSignals(guest.person);
  const ask = im.ask.bind(im);
  await becomes(host.room.source, (source) => source === 'none');
  let came: (snapshot: unknown) => void = () => undefined;
  let letGo: () => void = () => undefined;
  const answered = new Promise<unknown>((resolve) => (came = resolve));
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  im.ask = async (event, question) => {
    const answer = await ask(event, question);
    if (event !== 'room:join') return answer;
    came(answer);
    await gone;
    return answer;
  };
  guest.network.cut();
  await isAway(guest);
  guest.network.mend();
  expect(await answered).toMatchObject({ source: 'none' });
  await host.push.start();
  await becomes(host.room.source, (source) => source === 'host');
  await until(() => late.of('live:source').some(({ source }) => source === 'host'));
  im.ask = ask;
  letGo();
  // A message waits for the joining.
  await guest.room.chat.send('here');
  expect(guest.room.source.value).toBe('host');
});

it('a PK runs for both, also where the answer to its acceptance comes after it has begun', async () => {
  const rival = await people.enter(others.channelId, 'host', RIVAL);
  const { lianmai } = rival.person;
  const own = host.person.follow(host.person.lianmai.pk(story.channelId, true));
  const theirs = rival.person.follow(lianmai.pk(others.channelId, true));
  const late = new LateSignals(rival.person);
  await becomes(rival.room.joined, Boolean);
  await rival.push.start();
  await becomes(rival.room.source, (source) => source === 'host');
  await own.challenge(others.channelId, 60_000);
  const challenge = await becomes(theirs.got, (got) => got !== null);
  const held = rival.person.answers.hold('POST', /accept$/);
  const accepting = theirs.accept(challenge!.id);
  const runs = (match: PkMatchView | null) => match?.state === 'running';
  await Promise.all([own, theirs].map(({ match }) => becomes(match, runs, 60_000)));
  held.letGo();
  await accepting;
  expect(theirs.match.value).toMatchObject({ state: 'running', startedAt: expect.any(String) as string });
  for (const before of late.of('pk:match')) late.again('pk:match', before);
  late.again('pk:invitation', challenge!);
  expect([theirs.match.value?.state, theirs.got.value]).toEqual(['running', null]);
  await own.end();
  await becomes(theirs.active, (match) => match === null);
  for (const before of late.of('pk:match')) late.again('pk:match', before);
  expect(theirs.active.value).toBeNull();
});

it('a conference that has ended while the answer was under way is not watched', async () => {
  const token = await story.app.token(RIVAL.userId, RIVAL.name);
  const api = <T>(method: string, path: string) =>
    story.app.api<T>(method, `/v1/conferences${path}`, method === 'POST' ? {} : undefined, token);
  const { body: conference } = await api<ConferenceView>('POST', '');
  const { body: joined } = await api<JoinView>('POST', `/${conference.id}/members`);
  const member = await SyntheticPerson.join(joined.mas, CAMERA, 440);
  try {
    await until(async () => {
      const { members } = (await api<ConferenceView>('GET', `/${conference.id}`)).body;
      return members.some(({ state }) => state === 'connected');
    });
    const late = new LateSignals(guest.person);
    const held = guest.person.answers.hold('POST', /watch$/);
    const watching = guest.person.follow(guest.person.lianmai.watchConference(conference.id));
    await held.came;
    await api('DELETE', `/${conference.id}`);
    await until(() => late.of('bypass:ended').length === 1);
    held.letGo();
    const view = await becomes(watching.view, (now) => now !== null);
    expect(view).toMatchObject({ status: 'idle', playback: null, reason: 'conference_ended' });
  } finally {
    await member.close();
  }
});
