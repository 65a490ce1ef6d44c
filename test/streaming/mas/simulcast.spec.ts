/** Simulcast: a real Chromium sends its camera in two sizes, and every reader gets the one that it shows. */
import type { Browser } from 'playwright-core';
import type { TransportKind } from '../../../src/media/mas';
import { FfmpegVideoDecoder } from '../../../src/media/ffmpeg/video-decoder';
import { OpusDecoder } from '../../../src/media/ffmpeg/opus-decoder';
import { ConferenceInputs } from '../../../src/media/mixer/inputs/conference-inputs';
import { launchBrowser } from '../../support/browser/browser';
import { createFakeMedia, type FakeMedia } from '../../support/browser/fake-camera';
import { narrowNetwork } from '../../support/webrtc/lossy-network';
import { SwitchWatch } from '../../support/browser/switch-watch';
import { closeVp8Counters } from '../../support/webrtc/vp8-counters';
import { egressToken, joinToken, MasPage, startMas, type TestMas } from '../../support/webrtc/mas';
import { silentLogger } from '../../support/media/silent-logger';

jest.setTimeout(120_000);

const CAMERA = { width: 640, height: 360 };
const cases: [TransportKind, 'H264' | 'VP8'][] = [
  ['node-datachannel', 'H264'],
  ['node-datachannel', 'VP8'],
  ['werift', 'H264'],
];

interface Outbound {
  type: string;
  kind: string;
  rid?: string;
  frameHeight?: number;
  framesSent?: number;
}

describe.each(cases)('simulcast over %s in %s', (transport, codec) => {
  let media: FakeMedia;
  let browser: Browser;
  let test: TestMas;
  const open: MasPage[] = [];
  beforeAll(async () => {
    media = await createFakeMedia({ color: [200, 30, 30], tone: 440, ...CAMERA });
    browser = await launchBrowser({ fakeVideo: media.video, fakeAudio: media.audio });
  });
  afterAll(async () => {
    await browser.close();
    media.remove();
  });
  beforeEach(async () => {
    test = await startMas({ transport });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ page }) => page.close()));
    await test.close();
  });
  const enter = async (memberId: string, sends: boolean): Promise<MasPage> => {
    const page = await MasPage.open(browser, test);
    open.push(page);
    await page.join(test.url, [joinToken(memberId)], sends, CAMERA, codec);
    return page;
  };
  const want = (page: MasPage, height: number): Promise<void> =>
    page.call('client.want', [{ userId: 'user-sender', height }]);
  const showsHeight = (page: MasPage, height: number): Promise<number> =>
    page.until<number>('height', ['sender'], (seen) => seen === height, 20_000);

  it('gives each subscriber the size that they ask for, and another when they ask again', async () => {
    const sender = await enter('sender', true);
    const [small, large] = [await enter('small', false), await enter('large', false)];
    await want(small, 120);
    await Promise.all([showsHeight(small, 180), showsHeight(large, 360)]);
    const layers = (await sender.call<Outbound[]>('stats', 'pub')).filter(
      (stat) => stat.type === 'outbound-rtp' && stat.kind === 'video',
    );
    expect(layers.map(({ rid, frameHeight }) => [rid, frameHeight]).sort()).toEqual([
      ['l', 180],
      ['m', 360],
    ]);

    const watch = new SwitchWatch(small, large, 'sender', `${transport}, ${codec}`);
    for (const height of [360, 120, 360, 120]) {
      await watch.during(`another size asked for, ${height}`, async () => {
        await want(small, height);
        await showsHeight(small, height === 120 ? 180 : 360);
      });
    }
    // Who asked for nothing has been left alone.
    expect(await large.call('height', 'sender')).toBe(360);
  });
  it('leaves a size that the camera no longer comes in, and takes it again when it is back', async () => {
    const sender = await enter('sender', true);
    const [watcher, steady] = [await enter('watcher', false), await enter('steady', false)];
    await want(steady, 120);
    await Promise.all([showsHeight(watcher, 360), showsHeight(steady, 180)]);
    const watch = new SwitchWatch(watcher, steady, 'sender', `${transport}, ${codec}`);
    for (const [active, height] of [
      [false, 180],
      [true, 360],
    ] as const) {
      const leave = async (): Promise<void> => {
        await sender.call('setLayer', 'm', active);
        await showsHeight(watcher, height);
      };
      // It takes 350 ms to see that the layer is gone, and a keyframe.
      await watch.during(`the layer is ${active ? 'back' : 'off'}`, leave, 1000);
    }
  });

  it('gives a mixer the size that it draws, without a hole when that changes', async () => {
    await enter('sender', true);
    const lost: string[] = [];
    const draw = (height: number): { inputs: ConferenceInputs; drawn: Drawn } => {
      const inputs = new ConferenceInputs(
        { url: test.egressUrl, token: egressToken() },
        {
          decoders: { audio: () => new OpusDecoder(), video: (name) => new FfmpegVideoDecoder(name) },
          onLost: (detail) => lost.push(detail),
          guard: (work) => work(),
          logger: silentLogger,
        },
      );
      inputs.setSeats([
        {
          ...{ userId: 'user-sender', name: 'sender', seat: 0 },
          audio: true,
          video: true,
          screen: false,
          gain: 1,
        },
      ]);
      inputs.want([{ userId: 'user-sender', height }]);
      inputs.open();
      return { inputs, drawn: new Drawn(inputs, 'user-sender') };
    };
    const { inputs, drawn } = draw(120);
    // Draws the same size all the time: its gaps are the machine's, or the camera's.
    const steady = draw(360);
    try {
      await Promise.all([drawn.until(180), steady.drawn.until(360)]);
      for (const height of [360, 120, 360]) {
        const [since, steadySince] = [drawn.pictures, steady.drawn.pictures];
        inputs.want([{ userId: 'user-sender', height }]);
        await drawn.until(height === 120 ? 180 : 360);
        await drawn.until(height === 120 ? 180 : 360, 15);
        const [gap, own] = [drawn.largestGap(since), steady.drawn.largestGap(steadySince)];
        const report = `${transport}, ${codec}, mixer, to ${height}: largest gap ${gap.toFixed(0)} ms, without a switch ${own.toFixed(0)} ms`;
        console.info(report);
        if (gap > 400 + own) throw new Error(`the picture stood still: ${report}`);
      }
      // Never the placeholder, and nothing was missing: the decoder went from one size to the other at a keyframe.
      expect(drawn.placeholders).toBe(0);
      expect(inputs.packetsLost).toBe(0);
      expect(lost).toEqual([]);
    } finally {
      for (const each of [{ inputs, drawn }, steady]) {
        each.drawn.stop();
        each.inputs.close();
      }
    }
  });
});

describe('simulcast in VP8, with counters that lie close together', () => {
  it('is shown without a halt in whichever size', async () => {
    const media = await createFakeMedia({ color: [200, 30, 30], tone: 440, ...CAMERA });
    const browser = await launchBrowser({ fakeVideo: media.video, fakeAudio: media.audio });
    const test = await startMas({ wrap: closeVp8Counters });
    try {
      const [sender, watcher, steady] = [
        await MasPage.open(browser, test),
        await MasPage.open(browser, test),
        await MasPage.open(browser, test),
      ];
      await sender.join(test.url, [joinToken('sender')], true, CAMERA, 'VP8');
      for (const [page, name] of [
        [watcher, 'watcher'],
        [steady, 'steady'],
      ] as const)
        await page.join(test.url, [joinToken(name)], false, CAMERA, 'VP8');
      const shows = (page: MasPage, height: number): Promise<number> =>
        page.until<number>('height', ['sender'], (seen) => seen === height, 20_000);
      await Promise.all([shows(watcher, 360), shows(steady, 360)]);
      const watch = new SwitchWatch(watcher, steady, 'sender', 'close counters');
      for (const height of [180, 360, 180, 360]) {
        await watch.during(`to ${height}`, async () => {
          await watcher.call('client.want', [{ userId: 'user-sender', height }]);
          await shows(watcher, height);
          // The counters of the layers meet about a second after the switch.
          const { frames } = await watcher.call<{ frames: number }>('frames', 'sender');
          await watcher.until<{ frames: number }>('frames', ['sender'], (now) => now.frames > frames + 30);
        });
      }
    } finally {
      await browser.close();
      await test.close();
      media.remove();
    }
  });
});

describe('simulcast on a line that is too narrow', () => {
  it('goes down to the small size when packets are lost, and up again when there is room', async () => {
    const media = await createFakeMedia({ color: [200, 30, 30], tone: 440, ...CAMERA, noise: 12 });
    const browser = await launchBrowser({ fakeVideo: media.video, fakeAudio: media.audio });
    const network = narrowNetwork(Infinity);
    const test = await startMas({ wrap: network.wrap });
    const [sender, watcher] = [await MasPage.open(browser, test), await MasPage.open(browser, test)];
    try {
      await sender.join(test.url, [joinToken('sender')], true, CAMERA);
      await watcher.join(test.url, [joinToken('watcher')], false);
      const shows = (height: number): Promise<number> =>
        watcher.until<number>('height', ['sender'], (seen) => seen === height, 40_000);
      await shows(360);
      network.rate = 500_000;
      await shows(180);
      expect(network.counters.lost).toBeGreaterThan(20);
      network.rate = Infinity;
      await shows(360);
    } finally {
      await browser.close();
      await test.close();
      media.remove();
    }
  });
});

/** What a mixer would draw of somebody, looked at 50 times a second. */
class Drawn {
  placeholders = 0;
  private readonly seen: { height: number; atMs: number; serial: number }[] = [];
  private readonly waiting = new Set<() => void>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly inputs: ConferenceInputs,
    private readonly userId: string,
  ) {
    this.timer = setInterval(() => this.look(performance.now()), 20);
  }

  get pictures(): number {
    return this.seen.length;
  }

  /** Resolves once so many pictures in a row have this height. */
  until(height: number, count = 1): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        const last = this.seen.slice(-count);
        if (last.length < count || last.some((picture) => picture.height !== height)) return;
        this.waiting.delete(check);
        resolve();
      };
      this.waiting.add(check);
      check();
    });
  }

  /** Between two pictures, the `since`th and later; ms. */
  largestGap(since: number): number {
    const times = this.seen.slice(since - 1).map(({ atMs }) => atMs);
    return Math.max(...times.slice(1).map((atMs, index) => atMs - times[index]!));
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(atMs: number): void {
    this.inputs.housekeep(atMs);
    const picture = this.inputs.picture(this.userId, 'camera', atMs);
    if (!picture && this.seen.length > 0) this.placeholders++;
    if (!picture || picture.serial === this.seen.at(-1)?.serial) return;
    this.seen.push({ height: picture.picture.frame.height, atMs, serial: picture.serial });
    this.waiting.forEach((check) => check());
  }
}
