/** Devices as they are: networks that go and come back, a second tab. */
import { GUEST, HOST, StoryFixture } from '../e2e/support/story-fixture';
import { becomes } from './support/node-person';
import { type InRoom, People } from './support/people';
import { coHost, inCall, isAway, isOnline, isWhole } from './support/waits';

jest.setTimeout(180_000);

/** A seat is kept this long, ms: shorter than the longer of the outages. */
const GRACE_MS = 3000;

let story: StoryFixture;
let people: People;
let host: InRoom;
let guest: InRoom;

beforeAll(async () => {
  story = await StoryFixture.start({
    MEMBER_GRACE_MS: String(GRACE_MS),
    PRESENCE_GRACE_MS: '1000',
    RESUME_TIMEOUT_MS: '1000',
  });
});
afterAll(() => story.stop());
beforeEach(async () => {
  people = new People(story.app);
  host = await people.enter(story.channelId, 'host', HOST);
  guest = await people.enter(story.channelId, 'guest', GUEST);
  await Promise.all([host, guest].map(({ room }) => becomes(room.joined, Boolean)));
});
afterEach(async () => {
  guest.network.mend();
  host.network.mend();
  await becomes(host.person.lianmai.im.state, (state) => state === 'online');
  if (host.coHosting.active.value) await host.coHosting.end().catch(() => undefined);
  await becomes(host.coHosting.active, (session) => session === null);
  people.close();
});

it('in a room: what was said meanwhile is there afterwards, in order and once', async () => {
  await host.room.chat.send('before');
  await becomes(guest.room.chat.messages, (all) => all.some(({ text }) => text === 'before'));
  guest.network.cut();
  await isAway(guest);
  for (const text of ['one', 'two', 'three']) await host.room.chat.send(text);
  guest.network.mend();
  await isOnline(guest);
  await host.room.chat.send('after');
  const all = await becomes(guest.room.chat.messages, (now) => now.at(-1)?.text === 'after' && isWhole(now));
  expect(all.map(({ text }) => text).slice(-5)).toEqual(['before', 'one', 'two', 'three', 'after']);
});

it('while an application waits: who was accepted meanwhile comes into the call', async () => {
  await guest.invitations.apply();
  const [application] = await becomes(host.invitations.queue, (queue) => queue.length > 0);
  guest.network.cut();
  await isAway(guest);
  host.coHosting.told(await host.invitations.accept(application!.id));
  await inCall(host);
  guest.network.mend();
  await inCall(guest);
  await becomes(guest.invitations.pending, (pending) => pending.length === 0);
  await becomes(host.call.remotes, (others) => others.has(GUEST.userId));
});

it('in the call, for a moment: the same seat, seen and heard again', async () => {
  await coHost(host, guest);
  const { conferenceId } = guest.call;
  guest.network.cut();
  await becomes(guest.call.state, (state) => state === 'reconnecting');
  guest.network.mend();
  await inCall(guest);
  await becomes(guest.call.remotes, (others) => others.has(HOST.userId));
  await becomes(host.call.remotes, (others) => others.has(GUEST.userId));
  expect(guest.call.conferenceId).toBe(conferenceId);
});

it('in the call, for longer than the seat is kept: out of it, a viewer again', async () => {
  await coHost(host, guest);
  guest.network.cut();
  await becomes(host.coHosting.active, () => host.coHosting.seatOf(GUEST.userId) === null);
  guest.network.mend();
  await becomes(guest.call.state, (state) => state === 'idle');
  await becomes(guest.room.joined, Boolean);
  expect(guest.call.local.value).toBeNull();
  // And may come again.
  await guest.invitations.apply();
  await becomes(host.invitations.queue, (queue) => queue.length === 1);
  const [application] = host.invitations.queue.value;
  await host.invitations.accept(application!.id);
  await inCall(guest);
});

it('of the host in the call, for a moment: the co-hosting goes on', async () => {
  await coHost(host, guest);
  host.network.cut();
  await becomes(host.call.state, (state) => state === 'reconnecting');
  host.network.mend();
  await inCall(host);
  await becomes(guest.call.remotes, (others) => others.has(HOST.userId));
  expect(guest.call.state.value).toBe('connected');
});

it('a second tab leaves the call where it is, and takes it when it is asked to', async () => {
  await coHost(host, guest);
  const second = await people.enter(story.channelId, 'guest', GUEST);
  await becomes(second.call.state, (state) => state === 'replaced');
  expect(guest.call.state.value).toBe('connected');
  await second.call.join();
  await inCall(second);
  await becomes(guest.call.state, (state) => state === 'replaced');
  expect(guest.call.local.value).toBeNull();
  await guest.call.join();
  await inCall(guest);
  await becomes(second.call.state, (state) => state === 'replaced');
});
