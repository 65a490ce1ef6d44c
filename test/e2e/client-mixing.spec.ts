import type { ListView, MixingMode, MixTaskView } from '../../src/contracts';
import type { FlvCapture } from '../support/media/flv-capture';
import { pictureSizes } from '../support/media/picture-sizes';
import { until } from '../support/waiting/until';
import { probeCapture } from './support/probe-capture';
import type { Person } from './support/person';
import { firstGrid, GUEST, HOST, OWN, StoryFixture } from './support/story-fixture';

/** Share of the sound that each of two tones must have to count as heard. */
const AUDIBLE = 0.12;
/** Smaller than the channel's. */
const SMALL = { width: 480, height: 270, videoBitrate: 400_000 };

jest.setTimeout(180_000);

describe('the host’s page mixes', () => {
  let story: StoryFixture;
  afterEach(() => story.stop());

  it('from the host’s own stream to their mix and back, without a mixer of the server', async () => {
    story = await StoryFixture.start();
    await story.setMixingMode('client');
    const { viewer, host, guest } = await story.coHosting();
    expect(await modes(story)).toEqual(['client']);
    await viewer.play(3000);
    await makeSmall(story, host, viewer);
    const small = (viewer.last!.dtsMs - viewer.tags[0]!.dtsMs) / 1000;

    await host.click('end-session');
    await host.sees('resume-push-note');
    await story.startHostPush();
    await story.source('host');
    await viewer.play(2000);

    expect(viewer.closedByServer).toBe(false);
    const probe = await probeCapture(viewer);
    const own = probe.firstTimeWith(OWN.color);
    const two = firstGrid(probe, [HOST, GUEST], own);
    expect(firstGrid(probe, [HOST, GUEST], small - 0.5)).toBeLessThan(small);
    const back = probe.firstTimeWith(OWN.color, undefined, small);
    expect([own, two, back]).not.toContain(-1);
    for (const { tone } of [HOST, GUEST]) expect(probe.share(tone, two + 1, 1)).toBeGreaterThan(AUDIBLE);
    expect([...host.complaints, ...guest.complaints]).toEqual([]);
  });

  it('and the server, and the page again: the switch is on the air in both directions', async () => {
    story = await StoryFixture.start();
    const { viewer, host, guest } = await story.coHosting();
    await viewer.play(2000);

    await makeSmall(story, host, viewer);
    await switchTo(story, 'client', viewer);
    await host.sees('client-mix', '[data-state="live"]');
    await switchTo(story, 'server', viewer);
    await host.find('client-mix').waitFor({ state: 'detached' });

    expect(viewer.closedByServer).toBe(false);
    expect(await modes(story)).toEqual(['server', 'client', 'server']);
    expect((await story.session())?.output).toMatchObject(SMALL);
    const probe = await probeCapture(viewer);
    const two = firstGrid(probe, [HOST, GUEST]);
    // From the first mixed picture on viewers see the same, on either side that mixes.
    const { fps } = probe.options;
    for (let at = two; at < probe.frames.length / fps - 0.5; at += 0.5) {
      expect(firstGrid(probe, [HOST, GUEST], at)).toBeLessThan(at + 0.5);
    }
    expect([...host.complaints, ...guest.complaints]).toEqual([]);
  });
});

/** The host takes another output for the mix that runs; viewers get it without being sent away. */
async function makeSmall(story: StoryFixture, host: Person, viewer: FlvCapture): Promise<void> {
  const { width, height, videoBitrate } = SMALL;
  const changed = viewer.waitFor((tag) => tag.kind === 'video-config', 30_000);
  await host.arrange(() => host.find('output-select').selectOption(`${width}x${height} ${videoBitrate}`));
  await changed;
  await viewer.play(2000);
  expect((await story.session())?.output).toMatchObject(SMALL);
  // A browser may send less than it is given.
  expect(pictureSizes(viewer.bytes).at(-1)!.width).toBeLessThanOrEqual(width);
}

/** As an admin does it in a running session; then plays some of the new mix. */
async function switchTo(story: StoryFixture, mode: MixingMode, viewer: FlvCapture): Promise<void> {
  await story.setMixingMode(mode);
  await until(async () => {
    const session = await story.session();
    return session?.mixingMode === mode && session.mixSwitch?.state === 'done';
  }, 30_000);
  await viewer.play(3000);
}

/** Of all mixes that there were, the newest first. */
async function modes(story: StoryFixture): Promise<MixingMode[]> {
  const admin = await story.app.token('admin', 'Admin', 'admin');
  const { body } = await story.app.api<ListView<MixTaskView>>('GET', '/v1/mix-tasks', undefined, admin);
  return body.items.map(({ mode }) => mode);
}
