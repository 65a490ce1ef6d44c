/** A phone that is put away: every process of its browser stands still, and goes on later. */
import { Person } from '../e2e/support/person';
import { GUEST, HOST, StoryFixture } from '../e2e/support/story-fixture';
import { descendantsOf, isAlive } from '../support/process/processes';
import { becomes } from './support/node-person';
import { type InRoom, People } from './support/people';
import { inCall } from './support/waits';

jest.setTimeout(180_000);

/** A MAS and the API give a silent connection up after 20 s. */
const GIVEN_UP_MS = 60_000;

let story: StoryFixture;
let people: People;
let guest: Person;
let phone: number[] = [];
const put = (signal: 'SIGSTOP' | 'SIGCONT') =>
  phone.filter(isAlive).forEach((pid) => process.kill(pid, signal));
afterAll(async () => {
  put('SIGCONT');
  await guest?.close();
  people?.close();
  await story?.stop();
});

it('for a moment: seen and heard again; for long: a viewer again, and may come back', async () => {
  story = await StoryFixture.start({ MEMBER_GRACE_MS: '2000', PRESENCE_GRACE_MS: '1000' });
  people = new People(story.app);
  const host: InRoom = await people.enter(story.channelId, 'host', HOST);
  const before = new Set(descendantsOf(process.pid));
  guest = await Person.open(story.app, `/watch/${story.channelId}`, GUEST);
  phone = descendantsOf(process.pid).filter((pid) => !before.has(pid));
  const kinds = () => (host.call.remotes.value.get(GUEST.userId)?.getTracks() ?? []).map(({ kind }) => kind);
  const isSent = (count: number) => becomes(host.call.remotes, () => kinds().length === count);
  const isHere = (here: boolean) =>
    becomes(
      host.room.online,
      (online) => online.some(({ userId }) => userId === GUEST.userId) === here,
      GIVEN_UP_MS,
    );
  const onAir = async () => {
    await guest.applyToGoOnAir();
    const [application] = await becomes(host.invitations.queue, (queue) => queue.length === 1);
    host.coHosting.told(await host.invitations.accept(application!.id));
    await inCall(host);
    await isSent(2);
  };
  await onAir();

  put('SIGSTOP');
  await isSent(0);
  put('SIGCONT');
  await isSent(2);
  expect(host.coHosting.seatOf(GUEST.userId)).toMatchObject({ audio: true, video: true });

  put('SIGSTOP');
  await becomes(host.coHosting.active, () => host.coHosting.seatOf(GUEST.userId) === null, GIVEN_UP_MS);
  await isHere(false);
  await host.room.chat.send('meanwhile');
  put('SIGCONT');
  await isHere(true);
  await guest.sees('apply');
  await guest.find('chat-message').filter({ hasText: 'meanwhile' }).waitFor();
  await onAir();
});
