import type { ChannelView, PlaybackView, QualityReport } from '../../src/contracts';
import { until } from '../support/waiting/until';
import type { Person } from './support/person';
import { GUEST, SECOND, StoryFixture } from './support/story-fixture';

const REPORT_MS = 2000;
/** Half the time of one picture at 15 a second, ms. */
const ONE_PICTURE_MS = 33;

jest.setTimeout(180_000);

describe('what the watch page reports', () => {
  let story: StoryFixture;
  afterEach(() => story.stop());

  it('is the time to the first picture, and the gap of a hand-over, and the rest when the page goes', async () => {
    story = await StoryFixture.start();
    const viewer = await story.viewerPage(SECOND);
    const reports = await reportsOf(viewer);
    await story.startHostPush();
    await viewer.sees('player', '[data-state="playing"][data-format="flv"]');
    await until(() => reports.length > 0);
    const [first] = reports as [QualityReport];
    expect(first.protocol).toBe('flv');
    expect(between(first.startMs, 1, 20_000)).toBe(true);
    expect(between(first.latencyMs, 1, 5000)).toBe(true);
    expect(between(first.playedMs, REPORT_MS / 2, 20_000)).toBe(true);

    const host = await story.host();
    const guest = await story.viewerPage(GUEST);
    await guest.applyToGoOnAir();
    await host.accept();
    await host.seesSession('live');
    await story.stopHostPush();
    await story.source('mix');
    await until(() => reports.some(({ handOvers }) => handOvers.length > 0), 30_000);
    const handOvers = reports.flatMap((report) => report.handOvers);
    const path = `/v1/channels/${story.channelId}`;
    const { body } = await story.app.api<ChannelView>('GET', path, undefined, story.hostToken);
    expect(handOvers.map(({ sourceVersion }) => sourceVersion)).toEqual([body.sourceVersion]);
    // The hub hands over between two pictures; the rest is a busy machine's.
    expect(between(handOvers[0]!.gapMs, ONE_PICTURE_MS, 3000)).toBe(true);
    expect(reports.filter((report) => 'startMs' in report)).toHaveLength(1);

    await viewer.page.evaluate(NOTE_BEACONS);
    await viewer.page.goto(story.app.url);
    const last = JSON.parse(await viewer.page.evaluate<string>('sessionStorage.beacon')) as QualityReport;
    expect(last.protocol).toBe('flv');
    expect(between(last.playedMs, 1, REPORT_MS + 1000)).toBe(true);
    expect(viewer.complaints).toEqual([]);
  });
});

/** Playwright isn't told of what a page sends while it goes: the page writes it down. */
const NOTE_BEACONS = `
  const { fetch } = window;
  window.fetch = (url, init) => {
    if (init?.keepalive) sessionStorage.beacon = init.body;
    return fetch(url, init);
  };
`;

function between(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && value >= least && value <= most;
}

/** What this page's player reports, every two seconds, each in place of the server. */
async function reportsOf({ page }: Person): Promise<QualityReport[]> {
  const reports: QualityReport[] = [];
  await page.route('**/v1/channels/*/playback', async (route) => {
    const response = await route.fetch();
    const view = (await response.json()) as PlaybackView;
    await route.fulfill({ response, json: { ...view, reportEveryMs: REPORT_MS } });
  });
  await page.route('**/v1/channels/*/quality', async (route) => {
    const request = route.request();
    expect(request.headers()['authorization']).toMatch(/^Bearer ./);
    reports.push(request.postDataJSON() as QualityReport);
    await route.fulfill({ status: 204 });
  });
  return reports;
}
