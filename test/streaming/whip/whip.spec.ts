/** Publishing from a real browser by WHIP: what viewers of the channel get. */
import type { Browser } from 'playwright-core';
import type { TransportKind } from '../../../src/media/mas';
import { OPEN_DOORS } from '../../../src/media/origin/gates';
import { launchBrowser } from '../../support/browser/browser';
import { createFakeMedia, type FakeMedia } from '../../support/browser/fake-camera';
import { skewsOf } from '../../support/media/flash-beep';
import { FlvCapture } from '../../support/media/flv-capture';
import { probeFlv } from '../../support/media/flv-probe';
import { lossyNetwork } from '../../support/webrtc/lossy-network';
import { startPush, type FfmpegPush } from '../../support/media/rtmp-pusher';
import {
  startWhipNode,
  WhipPage,
  type Wanted,
  type WhipNode,
  type WhipNodeOptions,
} from '../../support/browser/whip';

jest.setTimeout(90_000);

const GREEN = [30, 180, 30] as const;
const RED = [255, 0, 0] as const;
const TONE = 1000;
const PUSH_TONE = 440;
/** A keyframe is asked for every 2 s, and has to be encoded and sent. */
const GOP_MS = 3000;

let browser: Browser;
let media: FakeMedia;
beforeAll(async () => {
  media = await createFakeMedia({ color: GREEN, tone: TONE });
  browser = await launchBrowser({ fakeVideo: media.video, fakeAudio: media.audio });
});
afterAll(async () => {
  await browser.close();
  media.remove();
});

let test: WhipNode;
const pages: WhipPage[] = [];
const pushes: FfmpegPush[] = [];
const start = async (options?: WhipNodeOptions): Promise<void> => {
  test = await startWhipNode(options);
};
const whipUrl = (): string => `${test.mediaUrl}/whip/room`;
async function publish(tokens: string[], wanted?: Wanted): Promise<WhipPage> {
  const page = await WhipPage.open(browser, test);
  pages.push(page);
  await page.publish(whipUrl(), tokens, wanted);
  return page;
}
async function push(token: string): Promise<FfmpegPush> {
  const url = `rtmp://127.0.0.1:${test.node.rtmpPort}/live/room?token=${token}`;
  const started = await startPush({ url, color: 'red', tone: PUSH_TONE });
  pushes.push(started);
  return started;
}
const watch = (): Promise<FlvCapture> =>
  FlvCapture.openWhenOnAir(`${test.mediaUrl}/live/room.flv?token=play-room`);

afterEach(async () => {
  await Promise.all(pages.splice(0).map(({ page }) => page.close()));
  await Promise.all(pushes.splice(0).map((started) => started.stop()));
  await test.close();
});

/** How often a frame comes with an earlier time than the one before it, of whatever track. */
function outOfOrder({ tags }: FlvCapture): number {
  const times = tags.filter(({ kind }) => kind === 'video' || kind === 'audio').map(({ dtsMs }) => dtsMs);
  return times.filter((time, i) => time < (times[i - 1] ?? 0)).length;
}

/** Resolves when the channel has this many publishers. */
function publishers(count: number): Promise<void> {
  const { hub } = test.node;
  const enough = (): boolean => (hub.snapshot()[0]?.publishers.length ?? 0) === count;
  return new Promise((resolve) => {
    const look = (): void => {
      if (!enough()) return;
      hub.off('channel', look);
      resolve();
    };
    hub.on('channel', look);
    look();
  });
}

describe.each<TransportKind>(['node-datachannel', 'werift'])('WHIP over %s', (transport) => {
  it('brings picture and sound to viewers, to those who come later within a GOP', async () => {
    await start({ transport, hub: { graceMs: 100 } });
    const page = await publish(['host.1']);
    await page.reached('live');
    const viewer = await watch();
    await viewer.play(5000);
    const late = await watch();
    const first = await late.waitFor((tag) => tag.kind === 'video');
    expect(first.keyframe).toBe(true);
    const next = await late.waitFor((tag) => tag.kind === 'video' && tag.keyframe);
    expect(next.dtsMs - first.dtsMs).toBeLessThan(GOP_MS);
    late.stop();
    await page.get('page.close()');
    await viewer.waitForEnd();

    expect(test.node.hub.snapshot()).toEqual([]);
    expect(viewer.figures()).toMatchObject({ backwardTimestamps: 0, videoConfigs: 1, audioConfigs: 1 });
    expect(outOfOrder(viewer)).toBe(0);
    const probe = await probeFlv(viewer.bytes);
    expect(probe.colorSequence({ green: GREEN, red: RED })).toEqual(['green']);
    expect(probe.tone(TONE, 2, 1)).toBeGreaterThan(0.9);
    expect(probe.complaints).toBe('');
  });
});

describe('WHIP', () => {
  it('takes over from an RTMP push and gives the channel back', async () => {
    await start();
    await push('host.1');
    const viewer = await watch();
    await viewer.play(1000);
    const toBrowser = viewer.waitFor((tag) => tag.kind === 'video-config');
    const page = await publish(['mix.2']);
    await toBrowser;
    await viewer.play(2000);
    expect(test.node.hub.snapshot()[0]).toMatchObject({ source: 'mix', epoch: 2 });
    const toPush = viewer.waitFor((tag) => tag.kind === 'video-config');
    await page.get('page.close()');
    await toPush;
    await viewer.play(1000);
    viewer.stop();

    expect(viewer.closedByServer).toBe(false);
    expect(viewer.figures().backwardTimestamps).toBe(0);
    const probe = await probeFlv(viewer.bytes);
    expect(probe.colorSequence({ green: GREEN, red: RED })).toEqual(['red', 'green', 'red']);
    expect(probe.toneSequence([TONE, PUSH_TONE])).toEqual([PUSH_TONE, TONE, PUSH_TONE]);
  });

  it('goes on when the browser changes the size of its picture', async () => {
    await start();
    const page = await publish(['host.1']);
    const viewer = await watch();
    await viewer.play(1000);
    const smaller = viewer.waitFor((tag) => tag.kind === 'video-config');
    await page.get('page.scale(2)');
    await smaller;
    await viewer.play(1500);
    viewer.stop();
    expect(test.node.hub.snapshot()[0]?.video).toMatchObject({ width: 160, height: 120 });
    expect(viewer.figures().backwardTimestamps).toBe(0);
    const probe = await probeFlv(viewer.bytes);
    expect(probe.colorSequence({ green: GREEN, red: RED })).toEqual(['green']);
  });

  it('shows no broken picture when packets are lost', async () => {
    const network = lossyNetwork(0.05);
    await start({ wrap: network.wrap });
    await publish(['host.1']);
    const viewer = await watch();
    await viewer.play(6000);
    viewer.stop();
    expect(network.counters.lost).toBeGreaterThan(10);
    expect(viewer.figures().backwardTimestamps).toBe(0);
    const probe = await probeFlv(viewer.bytes);
    expect(probe.complaints).toBe('');
    expect(probe.colorSequence({ green: GREEN, red: RED })).toEqual(['green']);
    expect(probe.tone(TONE, 1, 3)).toBeGreaterThan(0.8);
  });

  it('keeps sound and picture of a canvas and WebAudio in step', async () => {
    await start();
    await publish(['host.1'], 'flashes');
    const viewer = await watch();
    await viewer.play(10_000);
    viewer.stop();
    const skews = (await skewsOf(viewer)).slice(3).map(({ ms }) => ms);
    console.info(`lip-sync: sound after picture by ${skews.map((skew) => skew.toFixed(0)).join(' ')} ms`);
    expect(skews.length).toBeGreaterThanOrEqual(4);
    for (const skew of skews) expect(Math.abs(skew)).toBeLessThan(120);
  });

  it('keeps them in step after the microphone was away for a moment', async () => {
    await start();
    const page = await publish(['host.1'], 'flashes');
    const viewer = await watch();
    await viewer.play(4000);
    await page.get('page.mute(300)');
    const mutedMs = viewer.last!.dtsMs;
    // Before the next sender reports, and after them.
    await viewer.play(6000);
    viewer.stop();
    const after = (await skewsOf(viewer)).filter(({ beepMs }) => beepMs > mutedMs + 1000).map(({ ms }) => ms);
    expect(after.length).toBeGreaterThanOrEqual(4);
    for (const skew of after) expect(Math.abs(skew)).toBeLessThan(120);
  });

  it('gives viewers silence where a browser sends no sound', async () => {
    await start();
    await publish(['host.1'], { audio: false, video: true });
    const viewer = await watch();
    await viewer.play(2000);
    viewer.stop();
    const times = viewer.tags.filter(({ kind }) => kind === 'audio').map(({ dtsMs }) => dtsMs);
    const steps = times.slice(1).map((time, i) => time - times[i]!);
    expect(times.length).toBeGreaterThan(60);
    expect(Math.max(...steps)).toBeLessThan(30);
    const probe = await probeFlv(viewer.bytes);
    expect(probe.colorSequence({ green: GREEN })).toEqual(['green']);
    expect(probe.tone(TONE, 0, 1)).toBe(0);
  });

  it('tells a publisher that another took its place, and does not let it come back', async () => {
    await start();
    const first = await publish(['host.1']);
    await first.reached('live');
    await (await watch()).play(200);
    const second = await publish(['host.1']);
    await second.reached('live');
    expect(await first.reached('closed')).toEqual({ state: 'closed', code: 'publisher_superseded' });
    await publishers(1);
    expect(test.node.hub.disconnect('room', 'host')).toBe(true);
    expect(await second.reached('closed')).toEqual({ state: 'closed', code: 'publisher_disconnected' });
    await publishers(0);
  });

  it('ends a publisher whose key was revoked, and takes none with that key', async () => {
    await start();
    const page = await publish(['host.1']);
    await page.reached('live');
    test.node.hub.configure('room', {
      ...{ revision: 'r1', relay: null, flvMarkers: true, playGeneration: 0, awaitsMix: false },
      doors: { ...OPEN_DOORS, pushGeneration: 1 },
    });
    expect(await page.reached('closed')).toEqual({ state: 'closed', code: 'publisher_disconnected' });
    await publishers(0);
    const again = await publish(['host.1']);
    expect(await again.reached('reconnecting')).toMatchObject({ code: 'push_token_invalid' });
  });

  it('lets a publisher back with a fresh token', async () => {
    await start();
    const page = await publish(['wrong', 'host.1']);
    await page.reached('live');
    expect(await page.reached('reconnecting')).toEqual({ state: 'reconnecting', code: 'push_token_invalid' });
  });
});
