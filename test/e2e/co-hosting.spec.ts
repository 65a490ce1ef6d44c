import type { FlvProbe } from '../support/media/flv-probe';
import { probeCapture } from './support/probe-capture';
import { firstGrid, GUEST, HOST, OWN, SECOND, StoryFixture } from './support/story-fixture';

/** Share of the sound that a tone must have to count as heard: of one, of two, of three at once. */
const AUDIBLE = 0.12;

jest.setTimeout(180_000);

describe('co-hosting with server mixing, from the host’s own stream to the mix and back', () => {
  let story: StoryFixture;
  afterEach(() => story.stop());

  it('guests come and go while the viewer stays connected (the mix comes before the host stops)', async () => {
    story = await StoryFixture.start();
    await story.startHostPush();
    const viewer = await story.watch();
    const host = await story.host();
    const guest = await story.viewerPage(GUEST);
    await viewer.play(1500);

    await guest.applyToGoOnAir();
    await host.accept();
    await host.seesSession('live');
    await host.sees('stop-push-note');
    await story.stopHostPush();
    await story.onAir(host, guest);
    await viewer.play(3000);

    const second = await story.viewerPage(SECOND);
    await host.invite(second);
    await second.click('accept-invitation');
    await story.onAir(host, guest, second);
    await viewer.play(4000);

    await guest.click('leave');
    await story.onAir(host, second);
    await viewer.play(3000);

    await host.click('end-session');
    await host.sees('resume-push-note');
    await story.startHostPush();
    await story.source('host');
    await viewer.play(2000);

    expect(viewer.closedByServer).toBe(false);
    const probe = await probeCapture(viewer);
    const own = probe.firstTimeWith(OWN.color);
    const two = firstGrid(probe, [HOST, GUEST], own);
    const three = firstGrid(probe, [HOST, GUEST, SECOND], two);
    const without = firstGrid(probe, [HOST, SECOND], three);
    const back = probe.firstTimeWith(OWN.color, undefined, without);
    expect([own, two, three, without, back]).not.toContain(-1);
    hears(probe, own, [OWN.tone]);
    hears(probe, two + 0.5, [HOST.tone, GUEST.tone]);
    hears(probe, three + 0.5, [HOST.tone, GUEST.tone, SECOND.tone]);
    hears(probe, back + 0.5, [OWN.tone]);
    expect([...host.complaints, ...guest.complaints, ...second.complaints]).toEqual([]);
  });

  it('the host stops first, and their stream comes back only after the mix has gone', async () => {
    story = await StoryFixture.start({ RESUME_TIMEOUT_MS: '1500' });
    await story.startHostPush();
    const viewer = await story.watch();
    const host = await story.host();
    const guest = await story.viewerPage(GUEST);
    await viewer.play(1000);

    await story.stopHostPush();
    await guest.applyToGoOnAir();
    await host.accept();
    await host.seesSession('live');
    await story.onAir(host, guest);
    await viewer.play(3000);

    await host.click('end-session');
    await host.seesSession('ended');
    await story.startHostPush();
    await story.source('host');
    await viewer.play(2000);

    expect(viewer.closedByServer).toBe(false);
    const probe = await probeCapture(viewer);
    const own = probe.firstTimeWith(OWN.color);
    const two = firstGrid(probe, [HOST, GUEST], own);
    const back = probe.firstTimeWith(OWN.color, undefined, two);
    expect([own, two, back]).not.toContain(-1);
  });
});

function hears(probe: FlvProbe, from: number, tones: number[]): void {
  const silent = tones.filter((tone) => probe.share(tone, from, 1) < AUDIBLE);
  expect({ from, silent }).toEqual({ from, silent: [] });
}
