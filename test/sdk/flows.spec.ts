/** Apps on the client: people without a page, in Node, against the running system. */
import { probeCapture } from '../e2e/support/probe-capture';
import { firstGrid, GUEST, HOST, OWN, StoryFixture } from '../e2e/support/story-fixture';
import { becomes } from './support/node-person';
import { People } from './support/people';

jest.setTimeout(180_000);

let story: StoryFixture;
let people: People;
afterEach(async () => {
  people.close();
  await story.stop();
});

it('a guest applies, is taken on the air, is seen and heard, and leaves', async () => {
  story = await StoryFixture.start();
  const { app, channelId } = story;
  people = new People(app);
  await story.startHostPush();
  const viewer = await story.watch();
  const host = await people.enter(channelId, 'host', HOST);
  const guest = await people.enter(channelId, 'guest', GUEST);
  await becomes(guest.room.joined, Boolean);
  await becomes(host.room.source, (source) => source === 'host');
  await guest.room.chat.send('may I?');
  await becomes(host.room.chat.messages, (all) => all.some(({ text }) => text === 'may I?'));

  await guest.invitations.apply();
  const [application] = await becomes(host.invitations.queue, (queue) => queue.length > 0);
  host.coHosting.told(await host.invitations.accept(application!.id));
  await becomes(guest.invitations.pending, (pending) => pending.length === 0);
  await Promise.all([host, guest].map(({ call }) => becomes(call.state, (state) => state === 'connected')));
  const seen = await becomes(guest.call.remotes, (others) => others.has(HOST.userId));
  expect([...seen.keys()]).toEqual([HOST.userId]);
  await becomes(guest.room.source, (source) => source === 'mix');
  await becomes(host.duty.duty, (duty) => duty === 'stop');
  await story.stopHostPush();
  await viewer.play(4000);

  await guest.call.leave();
  await becomes(host.coHosting.active, () => host.coHosting.seatOf(GUEST.userId) === null);
  expect(guest.call.state.value).toBe('idle');
  const ended = host.coHosting.end();
  await becomes(host.duty.duty, (duty) => duty === 'resume');
  await story.startHostPush();
  await ended;
  await becomes(host.room.source, (source) => source === 'host');
  await viewer.play(2000);
  const probe = await probeCapture(viewer);
  const own = probe.firstTimeWith(OWN.color);
  const two = firstGrid(probe, [HOST, GUEST], own);
  const back = probe.firstTimeWith(OWN.color, undefined, two);
  expect([own, two, back]).not.toContain(-1);
  // What was held against docs/api/mas.schema.json on the way.
  expect([...guest.person.masMessages].sort()).toEqual([
    'client.candidate',
    'client.join',
    'client.leave',
    'client.pub-offer',
    'client.sub-answer',
    'server.candidate',
    'server.joined',
    'server.members',
    'server.pub-answer',
    'server.slots',
    'server.sub-offer',
  ]);
});
