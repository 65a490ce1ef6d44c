import type { ChannelView } from '../../src/contracts';
import { carriesH264Sync, firefoxPath } from '../support/browser/firefox';
import type { FlvCapture } from '../support/media/flv-capture';
import { closeTo, type FlvProbe } from '../support/media/flv-probe';
import type { Person, PersonOptions } from './support/person';
import { probeCapture } from './support/probe-capture';
import { firstGrid, GUEST, HOST, StoryFixture } from './support/story-fixture';

/** Share of the sound that a voice must have to count as heard where nobody else speaks. */
const ALONE = 0.5;
/** Of each component of a colour, after encoding. */
const TOLERANCE = 45;
const NO_FIREFOX = firefoxPath() ? null : 'there is no Firefox on this machine';
/** It comes to Firefox as a download of its own; in tests as the FFmpeg that apt installs beside it. */
const NO_H264 = NO_FIREFOX ?? (carriesH264Sync() ? null : 'the Firefox of this machine sends no H.264');

jest.setTimeout(180_000);

describe('with a real Firefox', () => {
  let story: StoryFixture | null = null;
  afterEach(() => story?.stop());

  unless(
    NO_H264,
    'a host goes live from the page, co-hosts and is back, and sees and hears the guest',
    async () => {
      story = await StoryFixture.start({}, { host: { ...HOST, firefox: { h264: true } }, own: HOST });
      const host = await story.host();
      await host.click('browser-push-start');
      await host.goesOnAir();
      const viewer = await story.watch();
      await host.sees('player', '[data-state="playing"]');
      const guest = await story.viewerPage(GUEST);
      await onAir(story, host, guest, true);
      await host.sees('browser-push', '[data-state="paused"]');
      const seen = await host.records(GUEST.userId);
      shows(seen, GUEST);
      hears(seen, GUEST.tone, 0, 1.5);
      await guest.click('mute-mic');
      await viewer.play(2500);
      const mixedUntil = secondsOf(viewer);

      await host.click('end-session');
      await story.source('host');
      await viewer.play(2000);
      expect(viewer.closedByServer).toBe(false);
      await host.click('browser-push-stop');
      await host.sees('browser-push', '[data-state="off"]');

      const probe = await probeCapture(viewer);
      const own = probe.firstTimeWith(HOST.color);
      const two = firstGrid(probe, [HOST, GUEST], own);
      const back = probe.firstTimeWith(HOST.color, undefined, Math.max(two, mixedUntil));
      expect([own, two, back]).not.toContain(-1);
      hears(probe, HOST.tone, own, own + 3);
      hears(probe, HOST.tone, mixedUntil - 2, mixedUntil);
      hears(probe, HOST.tone, back, back + 3);
      expect([...host.complaints, ...guest.complaints]).toEqual([]);
    },
  );

  unless(
    NO_FIREFOX,
    'a guest without H.264 is seen and heard, hears the host, and is told what is missing',
    async () => {
      story = await StoryFixture.start();
      const host = await story.host();
      // As large as cameras are: sent in two sizes.
      const guest = await story.viewerPage({ ...GUEST, firefox: { camera: { width: 640, height: 360 } } });
      await onAir(story, host, guest);
      const viewer = await story.watch();
      const tile = guest.find('tile', `[data-user-id="${HOST.userId}"]`);
      await tile.locator('[data-testid="undecodable"]').waitFor();
      hears(await guest.records(HOST.userId), HOST.tone, 0, 1.5);
      await host.click('mute-mic');
      await viewer.play(2500);

      const probe = await probeCapture(viewer);
      expect(firstGrid(probe, [HOST, GUEST])).not.toBe(-1);
      hears(probe, GUEST.tone, 0, secondsOf(viewer));
      expect([...host.complaints, ...guest.complaints]).toEqual([]);

      await goesLive(story, guest);
      await guest.sees('browser-push', '[data-state="failed"]');
      expect(await guest.find('push-problem').textContent()).toContain('cannot send H.264');
    },
  );
});

/** A test that is left out, with the reason in its name, where this machine lacks what it needs. */
function unless(reason: string | null, name: string, run: () => Promise<void>): void {
  if (reason) it.skip(`${name} (left out: ${reason})`, run);
  else it(name, run);
}

/** @param isLive the host's page is on the air already */
async function onAir(story: StoryFixture, host: Person, guest: Person, isLive = false): Promise<void> {
  await guest.applyToGoOnAir();
  await host.click('accept-application');
  if (!isLive) await host.goesOnAir();
  await host.seesSession('live');
  await story.onAir(host, guest);
}

/** On a channel of their own. */
async function goesLive({ app }: StoryFixture, person: Person): Promise<void> {
  const token = await app.token(person.userId, person.options.name);
  const { body } = await app.api<ChannelView>('POST', '/v1/channels', { title: 'Mine' }, token);
  await person.page.goto(`${app.url}/studio/${body.id}`);
  await person.click('browser-push-start');
  await person.goesOnAir();
}

/** Length of what a viewer has got, s. */
function secondsOf(viewer: FlvCapture): number {
  return (viewer.last!.dtsMs - viewer.tags[0]!.dtsMs) / 1000;
}

function shows(probe: FlvProbe, { color }: PersonOptions): void {
  const shown = probe.frames.map((_, frame) => probe.color(frame));
  if (!shown.some((each) => closeTo(each, color, TOLERANCE)))
    throw new Error(`no picture is of ${color.join()}: ${shown.join(' ')}${probe.complaints}`);
}

/** For half a second at least, between these times (s), it is the only voice. */
function hears(probe: FlvProbe, tone: number, from: number, to: number): void {
  const windows = Array.from({ length: Math.floor((to - from) * 4) - 1 }, (_, i) => from + i / 4);
  const shares = windows.map((at) => probe.share(tone, at, 0.5));
  if (Math.max(...shares) < ALONE)
    throw new Error(`${tone} Hz are not heard from ${from} to ${to} s: ${shares.join(' ')}`);
}
