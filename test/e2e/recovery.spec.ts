import { descendantsOf, names } from '../support/process/processes';
import { until } from '../support/waiting/until';
import { probeCapture } from './support/probe-capture';
import { firstGrid, GUEST, HOST, StoryFixture } from './support/story-fixture';

jest.setTimeout(180_000);

describe('what dies comes back, or is let go', () => {
  let story: StoryFixture;
  afterEach(() => story.stop());

  it('a guest whose browser is killed frees the seat; viewers stay connected', async () => {
    story = await StoryFixture.start({ MEMBER_GRACE_MS: '4000' });
    const { viewer, host, guest } = await onAir(story);

    await guest.vanish();
    await story.onAir(host);
    await viewer.play(3000);

    expect(viewer.closedByServer).toBe(false);
    expect((await story.session())?.state).toBe('live');
    const probe = await probeCapture(viewer);
    const two = firstGrid(probe, [HOST, GUEST]);
    const alone = firstGrid(probe, [HOST], two);
    expect([two, alone]).not.toContain(-1);
  });

  it('a killed media process is started again, and the pages come back into their call by themselves', async () => {
    story = await StoryFixture.start();
    const { viewer, host, guest } = await onAir(story);

    processesWith(story, 'ROLE=media').forEach((pid) => process.kill(pid, 'SIGKILL'));
    await viewer.waitForEnd();
    await story.source('none');
    await story.source('mix');
    await story.onAir(host, guest);
    const after = await story.watch();
    await after.play(3000);

    expect((await story.session())?.state).toBe('live');
    const probe = await probeCapture(after);
    expect(firstGrid(probe, [HOST, GUEST])).not.toBe(-1);
  });

  it('a killed mixer is replaced under the same task while viewers stay connected', async () => {
    story = await StoryFixture.start();
    const { viewer, host } = await onAir(story);
    const before = await story.mixTask();

    // The one at work, and the one that is kept loaded for the next start.
    processesWith(story, 'mix-process').forEach((pid) => process.kill(pid, 'SIGKILL'));
    await until(async () => {
      const { attempt, state } = await story.mixTask();
      return attempt > before.attempt && state === 'running';
    }, 30_000);
    await viewer.play(2000);

    expect(viewer.closedByServer).toBe(false);
    expect((await story.mixTask()).id).toBe(before.id);
    const probe = await probeCapture(viewer);
    expect(firstGrid(probe, [HOST, GUEST], probe.frames.length / probe.options.fps - 1)).not.toBe(-1);
    expect(host.complaints).toEqual([]);
  });
});

/** A co-hosting of host and guest that viewers see. */
async function onAir(story: StoryFixture) {
  const people = await story.coHosting();
  await people.viewer.play(2000);
  return people;
}

/** The processes of the app that have this in their command line or environment. */
function processesWith(story: StoryFixture, text: string): number[] {
  return descendantsOf(story.app.pid).filter((pid) => names(pid, text));
}
