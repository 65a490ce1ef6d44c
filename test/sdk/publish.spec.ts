/** A host without an encoder: the device publishes, makes way for the mix, and comes back. */
import { probeCapture } from '../e2e/support/probe-capture';
import { firstGrid, GUEST, HOST, StoryFixture } from '../e2e/support/story-fixture';
import { becomes } from './support/node-person';
import { People } from './support/people';
import { coHost, isAway } from './support/waits';

jest.setTimeout(180_000);

it('goes live, over a lost network too, co-hosts, and is back by itself', async () => {
  const story = await StoryFixture.start();
  const people = new People(story.app);
  try {
    const host = await people.enter(story.channelId, 'host', HOST);
    const guest = await people.enter(story.channelId, 'guest', GUEST);
    const isLive = () => becomes(host.push.state, (state) => state === 'live');
    void host.push.start();
    await isLive();
    const viewer = await story.watch();
    await viewer.play(2000);
    host.network.cut();
    await becomes(host.person.lianmai.im.state, (state) => state === 'offline');
    host.network.mend();
    await isLive();
    await viewer.play(1000);

    await coHost(host, guest);
    await becomes(host.push.state, (state) => state === 'paused');
    await becomes(host.room.source, (source) => source === 'mix');
    await viewer.play(3000);
    await host.coHosting.end();
    await isLive();
    await becomes(host.room.source, (source) => source === 'host');
    await viewer.play(2000);
    host.push.stop();

    const probe = await probeCapture(viewer);
    const alone = probe.firstTimeWith(HOST.color);
    const two = firstGrid(probe, [HOST, GUEST], alone);
    // In the middle between two tiles there is nobody.
    const back = probe.firstTimeWith(HOST.color, undefined, two);
    expect([alone, two, back]).not.toContain(-1);
    expect(viewer.closedByServer).toBe(false);
  } finally {
    people.close();
    await story.stop();
  }
});

it('is back by itself also where the co-hosting has ended while its network was lost', async () => {
  const story = await StoryFixture.start({ RESUME_TIMEOUT_MS: '1000' });
  const people = new People(story.app);
  try {
    const host = await people.enter(story.channelId, 'host', HOST);
    const guest = await people.enter(story.channelId, 'guest', GUEST);
    await host.push.start();
    await becomes(host.push.state, (state) => state === 'live');
    await coHost(host, guest);
    await becomes(host.push.state, (state) => state === 'paused');
    host.network.cut();
    await isAway(host);
    await story.app.api('DELETE', `/v1/channels/${story.channelId}/co-host`, undefined, story.hostToken);
    await becomes(guest.coHosting.active, (session) => session === null);
    host.network.mend();
    await becomes(host.push.state, (state) => state === 'live');
    await becomes(guest.room.source, (source) => source === 'host');
    await becomes(host.call.state, (state) => state === 'idle');
  } finally {
    people.close();
    await story.stop();
  }
});
