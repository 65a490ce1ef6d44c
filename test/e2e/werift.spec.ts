import { probeCapture } from './support/probe-capture';
import { firstGrid, GUEST, HOST, OWN, StoryFixture } from './support/story-fixture';

jest.setTimeout(180_000);

describe('co-hosting with MAS_TRANSPORT=werift', () => {
  let story: StoryFixture;
  afterEach(() => story.stop());

  it('the host’s own stream, both tiles, the host’s own stream again', async () => {
    story = await StoryFixture.start({ MAS_TRANSPORT: 'werift' });
    await story.startHostPush();
    const viewer = await story.watch();
    const host = await story.host();
    const guest = await story.viewerPage(GUEST);

    await guest.applyToGoOnAir();
    await host.accept();
    await host.seesSession('live');
    await story.onAir(host, guest);
    await viewer.play(3000);
    // The pages want each other's pictures as large as their tiles are, and nobody else's.
    for (const [page, other] of [
      [host, guest],
      [guest, host],
    ] as const) {
      const tile = page.page.locator(`[data-testid="tile"][data-user-id="${other.userId}"]`);
      const { height } = (await tile.boundingBox())!;
      expect(page.wanted).toEqual([
        { userId: other.userId, source: 'camera', height: expect.closeTo(height, -1) as number },
      ]);
    }
    // His encoder pushed all the time, as one does that nobody stopped: it is simply promoted.
    await host.click('end-session');
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
