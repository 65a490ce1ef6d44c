import type { ChannelView } from '../../src/contracts';
import { closeTo, type Rgb } from '../support/media/flv-probe';
import { until } from '../support/waiting/until';
import type { Person } from './support/person';
import { GUEST, OWN, SECOND, StoryFixture } from './support/story-fixture';

/** Of each component, after encoding and the browser's own conversion. */
const TOLERANCE = 50;

jest.setTimeout(180_000);

describe('the watch page by LL-HLS', () => {
  let story: StoryFixture;
  afterEach(() => story.stop());

  it('plays on over the hand-over to the mix and back, counts as a viewer, and goes back to FLV', async () => {
    story = await StoryFixture.start();
    await story.startHostPush();
    const viewer = await story.viewerPage(SECOND);
    await viewer.sees('player', '[data-state="playing"][data-format="flv"]');
    await choose(viewer, 'hls');
    await plays(viewer, 'hls');
    await until(async () => closeTo(await colorOf(viewer), OWN.color, TOLERANCE));
    await viewer.page.evaluate(NOTE_STATES);
    const path = `/v1/channels/${story.channelId}`;
    const channel = () => story.app.api<ChannelView>('GET', path, undefined, story.hostToken);
    await until(async () => (await channel()).body.viewers === 1);

    const host = await story.host();
    const guest = await story.viewerPage(GUEST);
    await guest.applyToGoOnAir();
    await host.accept();
    await host.seesSession('live');
    await story.stopHostPush();
    await story.source('mix');
    // His tile is the right half of the picture.
    await until(async () => closeTo(await colorOf(viewer, 0.75), GUEST.color, TOLERANCE));
    await host.click('end-session');
    await host.sees('resume-push-note');
    await story.startHostPush();
    await story.source('host');
    await until(async () => closeTo(await colorOf(viewer), OWN.color, TOLERANCE));

    expect(await viewer.page.evaluate<string[]>('window.states')).toEqual([]);
    await choose(viewer, 'flv');
    await plays(viewer, 'flv');
    expect(viewer.complaints).toEqual([]);
  });
});

/** Writes down every state of the player that isn't `playing`. */
const NOTE_STATES = `
  window.states = [];
  const player = document.querySelector('[data-testid="player"]');
  new MutationObserver(() => {
    if (player.dataset.state !== 'playing') window.states.push(player.dataset.state);
  }).observe(player, { attributes: true, attributeFilter: ['data-state'] });
`;

/** How the picture is to come. */
async function choose(person: Person, format: string): Promise<void> {
  await person.click('player-format');
  await person.click(`player-to-${format}`);
}

/** The player moves, in this format. */
async function plays(person: Person, format: string): Promise<void> {
  await person.sees('player', `[data-format="${format}"][data-state="playing"]`);
  const time = () => person.page.evaluate<number>(`document.querySelector('video').currentTime`);
  const before = await time();
  await until(async () => (await time()) > before + 1);
}

/** What the picture shows at a share of its width, half way down. */
function colorOf(person: Person, share = 0.5): Promise<Rgb> {
  return person.page.evaluate<Rgb>(`(() => {
    const video = document.querySelector('[data-testid="player"]');
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 36 });
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0, 64, 36);
    return [...context.getImageData(${Math.round(share * 64)}, 18, 1, 1).data].slice(0, 3);
  })()`);
}
