/** A call of more members than one bank of slots has pairs: everybody is seen, in the same slot while they stay. */
import type { Browser } from 'playwright-core';
import type { MasSlot } from '../../../src/contracts';
import { Pace } from '../../../src/demo/synthetic/pace';
import { SyntheticCamera, SyntheticMicrophone } from '../../../src/demo/synthetic/synthetic-media';
import { SyntheticParticipant } from '../../../src/demo/synthetic/synthetic-participant';
import { parseRtp } from '../../../src/media/codec/rtp/rtp';
import type { TransportKind } from '../../../src/media/mas';
import { launchBrowser } from '../../support/browser/browser';
import { joinToken, MasPage, startMas, type TestMas } from '../../support/webrtc/mas';
import { silentLogger } from '../../support/media/silent-logger';

jest.setTimeout(90_000);

const CAMERA = { width: 160, height: 120, fps: 10, gop: 10, bitrate: 60_000 };
const OPUS_MS = 20;

/** Members who all send the same picture and tone. */
class Crowd {
  private readonly camera = new SyntheticCamera({ picture: 'testsrc2', ...CAMERA });
  private readonly microphone = new SyntheticMicrophone('opus', 440);
  private readonly members = new Map<string, SyntheticParticipant>();
  private readonly paces: Pace[];

  constructor(private readonly url: string) {
    this.paces = [
      new Pace(1000 / CAMERA.fps, (timeMs) => {
        const { data } = this.camera.next();
        this.members.forEach((member) => member.sendVideo(data, timeMs));
      }),
      new Pace(OPUS_MS, (timeMs) => {
        const { data } = this.microphone.next();
        this.members.forEach((member) => member.sendAudio(data, timeMs));
      }),
    ];
  }

  async enter(memberId: string): Promise<void> {
    const member = await SyntheticParticipant.join({
      url: this.url,
      token: joinToken(memberId),
      bindAddress: '127.0.0.1',
      logger: silentLogger,
      onKeyframeRequest: () => this.camera.requestKeyframe(),
    });
    this.members.set(memberId, member);
  }

  async leave(memberId: string): Promise<void> {
    await this.members.get(memberId)!.close();
    this.members.delete(memberId);
  }

  async close(): Promise<void> {
    this.paces.forEach((pace) => pace.stop());
    await Promise.all([...this.members.values()].map((member) => member.close()));
    this.camera.close();
    this.microphone.close();
  }
}

/** Somebody who only watches: which slots they are told of, and what arrives in them. */
class Watcher {
  slots: MasSlot[] = [];
  /** Packets by SSRC. */
  readonly packets = new Map<number, number>();
  private participant: SyntheticParticipant | null = null;
  private readonly waiting = new Set<() => void>();

  static async enter(url: string, memberId: string, slotPairs?: number): Promise<Watcher> {
    const watcher = new Watcher();
    const changed = (): void => watcher.waiting.forEach((check) => check());
    watcher.participant = await SyntheticParticipant.join({
      url,
      token: joinToken(memberId),
      bindAddress: '127.0.0.1',
      logger: silentLogger,
      ...(slotPairs ? { slotPairs } : {}),
      onSlots: (slots) => {
        watcher.slots = slots;
        changed();
      },
      onRtp: (packet) => {
        const { ssrc } = parseRtp(packet)!;
        watcher.packets.set(ssrc, (watcher.packets.get(ssrc) ?? 0) + 1);
        changed();
      },
    });
    return watcher;
  }

  /** Member by slot. */
  get assignment(): Record<string, string> {
    const taken = this.slots.filter(({ memberId }) => memberId !== null);
    return Object.fromEntries(taken.map(({ mid, memberId }) => [mid, memberId!]));
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!condition()) return;
        this.waiting.delete(check);
        resolve();
      };
      this.waiting.add(check);
      check();
    });
  }

  close(): Promise<void> {
    return this.participant!.close();
  }
}

const ids = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `m${from + index}`);

describe.each<TransportKind>(['node-datachannel', 'werift'])('slots on demand over %s', (transport) => {
  let test: TestMas;
  let crowd: Crowd;
  let browser: Browser;
  const watchers: Watcher[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    test = await startMas({ transport });
    crowd = new Crowd(test.url);
  });
  afterEach(async () => {
    await Promise.all(watchers.splice(0).map((watcher) => watcher.close()));
    await crowd.close();
    await test.close();
  });

  it('offers a further bank when more send something than there are slots, and moves nobody', async () => {
    const watcher = await Watcher.enter(test.url, 'watcher', 32);
    const modest = await Watcher.enter(test.url, 'modest');
    watchers.push(watcher, modest);
    for (const id of ids(1, 7)) await crowd.enter(id);
    await watcher.until(() => Object.keys(watcher.assignment).length === 14);
    // Another who sends nothing keeps a pair, but needs none of a further bank.
    expect(watcher.slots).toHaveLength(16);
    for (const id of ids(8, 11)) await crowd.enter(id);
    await watcher.until(() => Object.keys(watcher.assignment).length === 22);
    const before = watcher.assignment;
    expect(watcher.slots).toHaveLength(32);
    expect(new Set(Object.values(before))).toEqual(new Set(ids(1, 11)));
    // What is told arrives: 1000 is the sound of the first pair, 1001 its picture, and so on.
    const ssrcs = Object.keys(before).map(
      (mid) => 1000 + Number(mid.slice(1)) * 2 + (mid.startsWith('v') ? 1 : 0),
    );
    await watcher.until(() => ssrcs.every((ssrc) => (watcher.packets.get(ssrc) ?? 0) > 5));

    await crowd.leave('m2');
    await crowd.leave('m10');
    await watcher.until(() => Object.keys(watcher.assignment).length === 18);
    const stayed = Object.entries(before).filter(([, id]) => id !== 'm2' && id !== 'm10');
    expect(Object.entries(watcher.assignment).sort()).toEqual(stayed.sort());
    await crowd.enter('m12');
    await watcher.until(() => Object.keys(watcher.assignment).length === 20);
    const slotOf = (id: string): string =>
      Object.entries(watcher.assignment).find(([, who]) => who === id)![0];
    expect(before[slotOf('m12')]).toBe('m2');
    // Those who didn't ask for more have the eight pairs that they were offered first.
    expect(modest.slots).toHaveLength(16);
  });

  it('shows a browser everybody, also those who come and go in the further bank', async () => {
    for (const id of ids(1, 10)) await crowd.enter(id);
    const page = await MasPage.open(browser, test);
    await page.join(test.url, [joinToken('page')], false);
    const plays = async (id: string): Promise<void> => {
      await page.until<{ frames: number }>('frames', [id], ({ frames }) => frames > 5, 30_000);
      await page.until<{ db: number } | null>('tone', [id], (tone) => !!tone && tone.db > -60);
    };
    for (const id of ids(1, 10)) await plays(id);
    expect(await page.get('page.client.connections.sub.length')).toBe(2);
    await page.get('window.subs = [...page.client.connections.sub], 0');
    await crowd.leave('m9');
    await page.until<{ video?: boolean }>('kinds', ['m9'], (kinds) => kinds.video === false);
    for (const id of ids(11, 12)) await crowd.enter(id);
    for (const id of ids(11, 12)) await plays(id);
    // The same two connections, described once.
    expect(await page.get('page.client.connections.sub.every((pc, bank) => pc === subs[bank])')).toBe(true);
    await page.page.close();
  });
});
