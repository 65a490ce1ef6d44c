/**
 * A network that swallows packets and tells nobody, for longer than anything is kept: in a room, while an application
 * waits, in the call, while publishing. OUTAGE_MS=60000 makes it a real minute, and leaves the server as it comes.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { GUEST, HOST, RIVAL, RIVALS_OWN, SECOND, StoryFixture } from '../e2e/support/story-fixture';
import { becomes } from './support/node-person';
import { type InRoom, People } from './support/people';
import { coHost, inCall, isAway, isOnline, isWhole } from './support/waits';

const OUTAGE_MS = Number(process.env.OUTAGE_MS ?? 0);
const SHORT = {
  MEMBER_GRACE_MS: '2000',
  PRESENCE_GRACE_MS: '1000',
  HUB_GRACE_MS: '1000',
  INVITATION_TTL_MS: '15000',
};
/** Both sides give a silent connection up after this, ms. */
const NOTICED_MS = 60_000;

jest.setTimeout(180_000 + 2 * OUTAGE_MS);

let story: StoryFixture;
let others: StoryFixture;
let people: People;
afterAll(async () => {
  people?.close();
  await others?.stop();
  await story?.stop();
});

it('whoever is back is where the server has them, within seconds', async () => {
  story = await StoryFixture.start(OUTAGE_MS > 0 ? {} : SHORT);
  others = await StoryFixture.start({}, { host: RIVAL, own: RIVALS_OWN }, story);
  people = new People(story.app);
  // One channel has a host who publishes, the other a co-hosting, somebody who wants to join it, and a viewer.
  const publisher = await people.enter(story.channelId, 'host', HOST);
  const watcher = await people.enter(story.channelId, 'guest', { ...SECOND, userId: 'wanda', name: 'Wanda' });
  const host = await people.enter(others.channelId, 'host', RIVAL);
  const guest = await people.enter(others.channelId, 'guest', GUEST);
  const applicant = await people.enter(others.channelId, 'guest', SECOND);
  const mover = await people.enter(others.channelId, 'guest', { ...SECOND, userId: 'mo', name: 'Mo' });
  await coHost(host, guest);
  await publisher.push.start();
  await becomes(watcher.room.source, (source) => source === 'host');
  await Promise.all([applicant, mover].map(({ room }) => becomes(room.joined, Boolean)));
  await host.room.chat.send('before');
  await becomes(guest.room.chat.messages, (all) => all.at(-1)?.text === 'before');
  await applicant.invitations.apply();
  await becomes(host.invitations.queue, (queue) => queue.length === 1);

  const lost: InRoom[] = [publisher, guest, applicant];
  for (const { network } of lost) network.silence();
  mover.network.roam();
  const [outage] = [delay(OUTAGE_MS)];
  await host.room.chat.send('meanwhile');
  await Promise.all([
    becomes(host.coHosting.active, () => host.coHosting.seatOf(GUEST.userId) === null, NOTICED_MS),
    becomes(host.invitations.queue, (queue) => queue.length === 0, NOTICED_MS),
    becomes(watcher.room.source, (source) => source === 'none', NOTICED_MS),
    ...[...lost, mover].map((one) => isAway(one, NOTICED_MS)),
  ]);
  // With another address, nothing is to be mended.
  await isOnline(mover);
  await outage;
  for (const { network } of lost) network.mend();
  const mended = performance.now();

  await Promise.all(lost.map((one) => isOnline(one)));
  await host.room.chat.send('after');
  for (const { room } of [guest, applicant, mover]) {
    const all = await becomes(room.chat.messages, (now) => now.at(-1)?.text === 'after' && isWhole(now));
    expect(all.map(({ text }) => text)).toEqual(expect.arrayContaining(['before', 'meanwhile']));
  }
  await becomes(guest.call.state, (state) => state === 'idle');
  expect(guest.call.local.value).toBeNull();
  await becomes(applicant.invitations.pending, (pending) => pending.length === 0);
  await becomes(publisher.push.state, (state) => state === 'live');
  await becomes(watcher.room.source, (source) => source === 'host');
  const backMs = performance.now() - mended;
  if (OUTAGE_MS > 0) process.stdout.write(`back after ${Math.round(backMs)} ms\n`);
  expect(backMs).toBeLessThan(20_000);

  // And may come again.
  await guest.invitations.apply();
  const [again] = await becomes(host.invitations.queue, (queue) => queue.length === 1);
  await host.invitations.accept(again!.id);
  await inCall(guest);
  await becomes(host.call.remotes, (all) => all.has(GUEST.userId));
});
