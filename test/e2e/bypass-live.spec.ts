import type { BypassLiveView, ConferenceView, JoinView, ListView, WatchView } from '../../src/contracts';
import { SyntheticPerson } from '../../src/demo/synthetic/synthetic-person';
import { startApp, type TestApp } from '../support/app/app-process';
import { FlvCapture } from '../support/media/flv-capture';
import { until } from '../support/waiting/until';
import { probeCapture } from './support/probe-capture';
import { Person, type PersonOptions } from './support/person';
import { CANVAS, firstGrid, GUEST, HOST, SECOND } from './support/story-fixture';

/** Share of the sound that a tone must have to count as heard, of two at once. */
const AUDIBLE = 0.12;
const CAMERA = { width: 320, height: 240, fps: 15, gop: 30, bitrate: 300_000 };
const OUTPUT = { ...CANVAS, fps: 15, gop: 30, videoBitrate: 800_000, audioBitrate: 96_000 };

jest.setTimeout(180_000);

describe('bypass live', () => {
  let app: TestApp;
  let tokens: Map<string, string>;
  let people: SyntheticPerson[] = [];
  let viewers: FlvCapture[] = [];

  beforeAll(async () => {
    app = await startApp({ BYPASS_IDLE_MS: '1000' });
    const names = [HOST, GUEST, { userId: 'vera', name: 'Vera' }];
    tokens = new Map(
      await Promise.all(
        names.map(async ({ userId, name }) => [userId, await app.token(userId, name)] as const),
      ),
    );
  }, 60_000);
  afterAll(() => app.stop());
  afterEach(async () => {
    viewers.splice(0).forEach((viewer) => viewer.stop());
    await Promise.all(people.splice(0).map((person) => person.close()));
    people = [];
    viewers = [];
  });

  const as = <T>(userId: string, method: string, path: string, body?: unknown) =>
    app.api<T>(method, `/v1/${path}`, body, tokens.get(userId));

  /** A conference of host and guest, both in the call with camera and microphone. */
  async function confer(): Promise<string> {
    const { id } = (await as<ConferenceView>(HOST.userId, 'POST', 'conferences', {})).body;
    await as(HOST.userId, 'PATCH', `bypass-lives/${id}`, { output: OUTPUT });
    for (const { userId, color, tone } of [HOST, GUEST]) {
      const { mas } = (await as<JoinView>(userId, 'POST', `conferences/${id}/members`)).body;
      const picture = `color=c=0x${color.map((c) => c.toString(16).padStart(2, '0')).join('')}`;
      people.push(await SyntheticPerson.join(mas, { ...CAMERA, picture }, tone));
    }
    await until(async () => {
      const { members } = (await as<ConferenceView>(HOST.userId, 'GET', `conferences/${id}`)).body;
      return members.filter(({ state }) => state === 'connected').length === 2;
    });
    return id;
  }

  async function watch(conferenceId: string): Promise<FlvCapture> {
    const path = `conferences/${conferenceId}/watch?waitMs=10000`;
    const { status, body } = await as<WatchView>('vera', 'POST', path);
    expect({ status, body }).toMatchObject({ status: 200, body: { status: 'live' } });
    const viewer = await FlvCapture.open(body.playback!.flv);
    viewers.push(viewer);
    return viewer;
  }

  async function live(conferenceId: string): Promise<BypassLiveView> {
    const { items } = (await as<ListView<BypassLiveView>>(HOST.userId, 'GET', 'bypass-lives')).body;
    return items.find((item) => item.conferenceId === conferenceId)!;
  }

  it('shows both to the first viewer, stops after the last, starts again, and ends with the conference', async () => {
    const id = await confer();
    const viewer = await watch(id);
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

    const again = await watch(id);
    await again.play(2000);
    expect(firstGrid(await probeCapture(again), [HOST, GUEST])).not.toBe(-1);
    expect(again.closedByServer).toBe(false);
    const endedAt = performance.now();
    await as(HOST.userId, 'DELETE', `conferences/${id}`);
    await again.waitForEnd();
    // Not held for the ten seconds that a source may come back in.
    expect(performance.now() - endedAt).toBeLessThan(8000);
  });

  it('lets a conference without pictures be heard, with a placeholder for each', async () => {
    const id = await confer();
    for (const { userId } of [HOST, GUEST]) {
      await as(userId, 'PATCH', `conferences/${id}/members/${userId}`, { video: false });
    }
    const viewer = await watch(id);
    await viewer.play(3000);
    viewer.stop();
    const probe = await probeCapture(viewer);
    expect(firstGrid(probe, [HOST]) + firstGrid(probe, [HOST, GUEST])).toBe(-2);
    expect([HOST, GUEST].filter(({ tone }) => probe.share(tone, 1.5, 1) < AUDIBLE)).toEqual([]);
  });

  it('is watched on a page, by the number of the conference', async () => {
    const id = await confer();
    const { number } = (await as<ConferenceView>(HOST.userId, 'GET', `conferences/${id}`)).body;
    const vera = await Person.open(app, '/conferences', { ...SECOND, userId: 'vera', name: 'Vera' });
    try {
      await vera.find('conference-number').fill(number);
      await vera.click('watch-number');
      await vera.sees('conference-watch', '[data-status="live"]');
      await vera.sees('player', '[data-state="playing"]');
      await as(HOST.userId, 'DELETE', `conferences/${id}`);
      await vera.sees('conference-watch', '[data-status="idle"]');
    } finally {
      await vera.close();
    }
    expect(vera.complaints).toEqual([]);
  });
});
