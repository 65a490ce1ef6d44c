/** Bypass live: who confers and who watches are apps on the client, and a page. */
import type { ConferenceWatch } from '@lianmai/client';
import type { BypassLiveView, ConferenceView, ListView } from '../../src/contracts';
import { startApp, type TestApp } from '../support/app/app-process';
import { FlvCapture } from '../support/media/flv-capture';
import { until } from '../support/waiting/until';
import { Person, type PersonOptions } from '../e2e/support/person';
import { probeCapture } from '../e2e/support/probe-capture';
import { CANVAS, firstGrid, GUEST, HOST, SECOND } from '../e2e/support/story-fixture';
import { becomes } from './support/node-person';
import { People } from './support/people';

/** Share of the sound that a tone must have to count as heard, of two at once. */
const AUDIBLE = 0.12;
const VERA: PersonOptions = { ...SECOND, userId: 'vera', name: 'Vera' };
const OUTPUT = { ...CANVAS, fps: 15, gop: 30, videoBitrate: 800_000, audioBitrate: 96_000 };

jest.setTimeout(180_000);

describe('bypass live', () => {
  let app: TestApp;
  let hostToken: string;
  let people: People;
  const viewers: FlvCapture[] = [];

  beforeAll(async () => {
    app = await startApp({ BYPASS_IDLE_MS: '1000' });
    hostToken = await app.token(HOST.userId, HOST.name);
  }, 60_000);
  afterAll(() => app.stop());
  beforeEach(() => void (people = new People(app)));
  afterEach(() => {
    viewers.splice(0).forEach((viewer) => viewer.stop());
    people.close();
  });

  /** The host's backend. */
  const ask = <T>(method: string, path: string, body?: unknown) =>
    app.api<T>(method, `/v1/${path}`, body, hostToken);

  /** A conference of host and guest, both in the call with camera and microphone. */
  async function confer(): Promise<string> {
    const { id } = (await ask<ConferenceView>('POST', 'conferences', {})).body;
    await ask('PATCH', `bypass-lives/${id}`, { output: OUTPUT });
    for (const options of [HOST, GUEST]) await (await people.person(options)).confer(id);
    await until(async () => {
      const { members } = (await ask<ConferenceView>('GET', `conferences/${id}`)).body;
      return members.filter(({ state }) => state === 'connected').length === 2;
    });
    return id;
  }

  /** Somebody who asks to watch it. */
  async function watch(conferenceId: string): Promise<ConferenceWatch> {
    const vera = await people.person(VERA);
    return vera.follow(vera.lianmai.watchConference(conferenceId));
  }

  /** What they get, as soon as it plays. */
  async function capture(watched: ConferenceWatch): Promise<FlvCapture> {
    const view = await becomes(watched.view, (now) => now?.status === 'live');
    const viewer = await FlvCapture.open(view!.playback!.flv);
    viewers.push(viewer);
    return viewer;
  }

  async function live(conferenceId: string): Promise<BypassLiveView> {
    const { items } = (await ask<ListView<BypassLiveView>>('GET', 'bypass-lives')).body;
    return items.find((item) => item.conferenceId === conferenceId)!;
  }

  it('shows both to the first viewer, stops after the last, starts again, and ends with the conference', async () => {
    const id = await confer();
    const watched = await watch(id);
    const viewer = await capture(watched);
    await viewer.play(3000);
    expect((await live(id)).state).toBe('live');
    viewer.stop();
    const probe = await probeCapture(viewer);
    const seen = firstGrid(probe, [HOST, GUEST]);
    expect(seen).not.toBe(-1);
    const from = Math.max(seen, 1);
    const quiet = [HOST, GUEST].filter(({ tone }: PersonOptions) => probe.share(tone, from, 1) < AUDIBLE);
    expect(quiet).toEqual([]);

    await until(async () => {
      const { state, mixTaskId } = await live(id);
      return state === 'idle' && mixTaskId === null;
    }, 30_000);
    expect((await live(id)).reason).toBe('no_viewers');

    await becomes(watched.view, (view) => view?.status === 'idle');
    await watched.ask();
    const again = await capture(watched);
    await again.play(2000);
    expect(firstGrid(await probeCapture(again), [HOST, GUEST])).not.toBe(-1);
    expect(again.closedByServer).toBe(false);
    const endedAt = performance.now();
    await ask('DELETE', `conferences/${id}`);
    await again.waitForEnd();
    // Not held for the ten seconds that a source may come back in.
    expect(performance.now() - endedAt).toBeLessThan(8000);
  });

  it('lets a conference without pictures be heard, with a placeholder for each', async () => {
    const id = await confer();
    for (const { userId } of [HOST, GUEST]) {
      await ask('PATCH', `conferences/${id}/members/${userId}`, { video: false });
    }
    const viewer = await capture(await watch(id));
    await viewer.play(3000);
    viewer.stop();
    const probe = await probeCapture(viewer);
    expect(firstGrid(probe, [HOST]) + firstGrid(probe, [HOST, GUEST])).toBe(-2);
    expect([HOST, GUEST].filter(({ tone }) => probe.share(tone, 1.5, 1) < AUDIBLE)).toEqual([]);
  });

  it('is watched on a page, by the number of the conference', async () => {
    const id = await confer();
    const { number } = (await ask<ConferenceView>('GET', `conferences/${id}`)).body;
    const vera = await Person.open(app, '/conferences', VERA);
    try {
      await vera.find('conference-number').fill(number);
      await vera.click('watch-number');
      await vera.sees('conference-watch', '[data-status="live"]');
      await vera.sees('player', '[data-state="playing"]');
      await ask('DELETE', `conferences/${id}`);
      await vera.sees('conference-watch', '[data-status="idle"]');
    } finally {
      await vera.close();
    }
    expect(vera.complaints).toEqual([]);
  });
});
