/** A server that ends and starts again, with people in it. */
import { GUEST, HOST, StoryFixture } from '../e2e/support/story-fixture';
import { becomes } from './support/node-person';
import { coHost, inCall, isAway, isOnline, isWhole } from './support/waits';
import { type InRoom, People } from './support/people';

jest.setTimeout(180_000);

it('rooms are joined again, and the call goes on', async () => {
  const story = await StoryFixture.start();
  const people = new People(story.app);
  try {
    const host: InRoom = await people.enter(story.channelId, 'host', HOST);
    const guest: InRoom = await people.enter(story.channelId, 'guest', GUEST);
    await coHost(host, guest);
    await host.room.chat.send('before');
    expect(await story.app.end('SIGTERM')).toBe(0);
    await Promise.all([host, guest].map((one) => isAway(one)));
    await story.app.restart();
    await Promise.all([host, guest].map(isOnline));
    await Promise.all([host, guest].map(inCall));
    await host.room.chat.send('after');
    const all = await becomes(guest.room.chat.messages, (now) => now.at(-1)?.text === 'after');
    // What the system says of who is on the air comes when it comes.
    const said = all.filter(({ kind }) => kind === 'user').map(({ text }) => text);
    expect(said).toEqual(['before', 'after']);
    expect(isWhole(all)).toBe(true);
    await becomes(guest.call.remotes, (others) => others.has(HOST.userId));
  } finally {
    people.close();
    await story.stop();
  }
});
