/** A camera or microphone that is unplugged, in the call and while publishing, and another in its place. */
import { GUEST, HOST, StoryFixture } from '../e2e/support/story-fixture';
import { becomes } from './support/node-person';
import { type InRoom, People } from './support/people';
import { coHost } from './support/waits';

jest.setTimeout(120_000);

let story: StoryFixture;
let people: People;
let host: InRoom;
let guest: InRoom;

beforeAll(async () => {
  story = await StoryFixture.start({ RESUME_TIMEOUT_MS: '1000' });
  people = new People(story.app);
  host = await people.enter(story.channelId, 'host', HOST);
  guest = await people.enter(story.channelId, 'guest', GUEST);
});
afterAll(async () => {
  people?.close();
  await story?.stop();
});

const seatIs = (of: InRoom, kind: 'audio' | 'video', on: boolean) =>
  becomes(of.coHosting.active, () => of.coHosting.seatOf(GUEST.userId)?.[kind] === on);
/** What the media node lets through to others: tracks that come. */
const sends = (of: InRoom, kind: string, on: boolean) =>
  becomes(
    of.call.remotes,
    (others) => (others.get(GUEST.userId)?.getTracks() ?? []).some((track) => track.kind === kind) === on,
  );

it('in the call: it goes on, the others see what is off, and another device takes its place', async () => {
  await coHost(host, guest);
  await sends(host, 'video', true);
  const states: string[] = [];
  guest.call.state.subscribe((state) => states.push(state));
  const first = guest.call.local.value!.getVideoTracks()[0];

  guest.person.devices.unplug('video');
  await seatIs(host, 'video', false);
  await sends(host, 'video', false);
  await sends(host, 'audio', true);
  expect(guest.call.problem.value).toMatchObject({ code: 'device_lost' });
  await expect(guest.call.setCamera(true)).rejects.toMatchObject({ code: 'device_lost' });

  guest.person.devices.plugIn('video');
  await seatIs(host, 'video', true);
  await sends(host, 'video', true);
  expect(guest.call.local.value!.getVideoTracks()).not.toContain(first);
  expect(guest.call.problem.value).toBeNull();

  // What the person has turned off themselves stays off.
  await guest.call.setMicrophone(false);
  guest.person.devices.unplug('audio');
  guest.person.devices.plugIn('audio');
  await becomes(guest.call.problem, (problem) => problem === null);
  await guest.call.setMicrophone(true);
  await seatIs(host, 'audio', true);
  await sends(host, 'audio', true);
  expect(states).toEqual([]);
  await host.coHosting.end();
  await becomes(host.coHosting.active, (session) => session === null);
});

it('while publishing: it goes on with what is left, and with the next one', async () => {
  await host.push.start();
  await becomes(host.push.state, (state) => state === 'live');
  await becomes(host.room.source, (source) => source === 'host');
  const states: string[] = [];
  host.push.state.subscribe((state) => states.push(state));

  host.person.devices.unplug('video');
  await becomes(host.push.problem, (problem) => problem?.code === 'device_lost');
  host.person.devices.plugIn('video');
  await becomes(host.push.problem, (problem) => problem === null);
  const viewer = await story.watch();
  await viewer.play(1500);
  const kinds = new Set(viewer.tags.map(({ kind }) => kind));
  expect([kinds.has('video'), kinds.has('audio')]).toEqual([true, true]);
  expect(states).toEqual([]);
});
