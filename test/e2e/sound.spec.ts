import type { MixingMode } from '../../src/contracts';
import { until } from '../support/waiting/until';
import { probeCapture } from './support/probe-capture';
import { firstGrid, GUEST, HOST, StoryFixture } from './support/story-fixture';

const AUDIBLE = 0.12;
const [SILENT, SMALL, BLACK] = [0.02, '480x270 400000', [0, 0, 0] as const];

jest.setTimeout(180_000);

describe.each<MixingMode>(['server', 'client'])('the host’s page, where the %s mixes', (mode) => {
  let story: StoryFixture;
  afterEach(() => story.stop());

  it('silences a guest for viewers, and takes the picture away and back', async () => {
    story = await StoryFixture.start();
    await story.setMixingMode(mode);
    const { viewer, host, guest } = await story.coHosting();
    const now = () => (viewer.last!.dtsMs - viewer.tags[0]!.dtsMs) / 1000;
    const withOutput = async (option: string, video: boolean) => {
      const changed = viewer.waitFor((tag) => tag.kind === 'video-config', 30_000);
      await host.arrange(() => host.find('output-select').selectOption(option));
      await until(async () => ((await story.session())?.output?.video ?? true) === video);
      await changed;
      await viewer.play(2500);
      return now();
    };
    await viewer.play(2000);
    const both = now();
    await host.click('tab-people');
    await host.find('seat', `[data-user-id="${GUEST.userId}"]`).getByTestId('gain').fill('0');
    await until(async () =>
      (await story.session())!.members.some((m) => m.userId === GUEST.userId && m.gain === 0),
    );
    await viewer.play(2500);
    const alone = now();
    const black = await withOutput('sound', false);
    const back = await withOutput(SMALL, true);

    expect(viewer.closedByServer).toBe(false);
    const probe = await probeCapture(viewer);
    for (const { tone } of [HOST, GUEST]) expect(probe.share(tone, both - 1.1, 1)).toBeGreaterThan(AUDIBLE);
    for (const at of [alone, black, back]) {
      expect(probe.share(HOST.tone, at - 1.1, 1)).toBeGreaterThan(AUDIBLE);
      expect(probe.share(GUEST.tone, at - 1.1, 1)).toBeLessThan(SILENT);
    }
    expect(probe.firstTimeWith(BLACK, undefined, black - 0.5)).toBeLessThan(black);
    expect(firstGrid(probe, [HOST, GUEST], back - 0.5)).toBeGreaterThan(0);
    expect([...host.complaints, ...guest.complaints]).toEqual([]);
  });
});
