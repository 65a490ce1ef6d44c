/** MAS with real browsers on real media: who sees and hears whom, with both adapters. */
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../support/browser/browser';
import { createFakeMedia, type FakeMedia } from '../../support/browser/fake-camera';
import { until } from '../../support/waiting/until';
import { lossyNetwork } from '../../support/webrtc/lossy-network';
import { joinToken, MasPage, startMas, type TestMas } from '../../support/webrtc/mas';
import type { TransportKind } from '../../../src/media/mas';

jest.setTimeout(90_000);

const people = {
  red: { color: [200, 30, 30], tone: 440 },
  green: { color: [30, 180, 30], tone: 1000 },
} as const;
type Name = keyof typeof people;
const names = Object.keys(people) as Name[];

type Rgb = [number, number, number];
const close = (seen: Rgb | null, wanted: readonly number[]): boolean =>
  !!seen && seen.every((value, index) => Math.abs(value - wanted[index]!) < 45);
const hears = (tone: { hz: number; db: number } | null, hz: number): boolean =>
  !!tone && Math.abs(tone.hz - hz) < 15 && tone.db > -60;

const browsers = {} as Record<Name, Browser>;
const media: FakeMedia[] = [];
beforeAll(async () => {
  for (const name of names) {
    const files = await createFakeMedia(people[name]);
    media.push(files);
    browsers[name] = await launchBrowser({ fakeVideo: files.video, fakeAudio: files.audio });
  }
});
afterAll(async () => {
  await Promise.all(Object.values(browsers).map((browser) => browser.close()));
  media.forEach((files) => files.remove());
});

interface InboundStat {
  type: string;
  kind: string;
  bytesReceived: number;
  estimatedPlayoutTimestamp?: number;
  packetsLost?: number;
  nackCount?: number;
  pliCount?: number;
}
const isLive =
  (kind: string) =>
  (stat: InboundStat): boolean =>
    stat.type === 'inbound-rtp' && stat.kind === kind && stat.bytesReceived > 0;

/**
 * Sound minus picture, ms, by the capture times of what is being played. Chromium brings them together in steps of
 * 80 ms, one a second, so the median of the last nine readings is taken once it is small, or after 40 s.
 */
async function medianSkew(page: MasPage): Promise<number> {
  const last: number[] = [];
  const median = (): number => [...last].sort((a, b) => a - b)[Math.floor(last.length / 2)] ?? Infinity;
  await page
    .until<InboundStat[]>(
      'stats',
      ['sub'],
      (stats) => {
        const audio = stats.find(isLive('audio'))?.estimatedPlayoutTimestamp;
        const video = stats.find(isLive('video'))?.estimatedPlayoutTimestamp;
        if (audio && video) last.push(audio - video);
        if (last.length > 9) last.shift();
        return last.length === 9 && Math.abs(median()) < 60;
      },
      40_000,
    )
    .catch(() => null);
  return median();
}

async function seesAndHears(page: MasPage, name: Name): Promise<void> {
  await page.until<Rgb | null>('color', [name], (seen) => close(seen, people[name].color));
  await page.until<{ hz: number; db: number } | null>('tone', [name], (tone) =>
    hears(tone, people[name].tone),
  );
}

describe.each<TransportKind>(['node-datachannel', 'werift'])('MAS over %s', (transport) => {
  let test: TestMas;
  const open: MasPage[] = [];
  const enter = async (name: Name, memberId: string = name, withMedia = true): Promise<MasPage> => {
    const page = await MasPage.open(browsers[name], test);
    open.push(page);
    await page.join(test.url, [joinToken(memberId)], withMedia);
    return page;
  };

  beforeEach(async () => {
    test = await startMas({ transport });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ page }) => page.close()));
    await test.close();
  });

  it('lets two see and hear each other, and a third come and go without disturbing them', async () => {
    const red = await enter('red');
    const green = await enter('green');
    await Promise.all([seesAndHears(red, 'green'), seesAndHears(green, 'red')]);
    expect(test.events).toContainEqual(
      expect.objectContaining({ memberId: 'red', connected: true, audio: true, video: true }),
    );
    await red.call('resetGap', 'green');
    await red.get('window.sub = page.client.connections.sub[0], 0');
    const before = await red.call<{ frames: number }>('frames', 'green');

    const third = await enter('green', 'third');
    await third.until<Rgb | null>('color', ['red'], (seen) => close(seen, people.red.color));
    await red.until<Rgb | null>('color', ['third'], (seen) => close(seen, people.green.color));
    await third.call('client.close');
    await red.until<{ video?: boolean }>('kinds', ['third'], (kinds) => kinds.video === false);

    const after = await red.until<{ frames: number; maxGap: number }>(
      'frames',
      ['green'],
      ({ frames }) => frames > before.frames + 15,
    );
    console.info(`${transport}: largest gap at a join and a leave ${after.maxGap.toFixed(0)} ms`);
    // Red's receiver missed nothing and had to ask for nothing: the join and the leave didn't touch its stream.
    const undisturbed = (await red.call<InboundStat[]>('stats', 'sub')).find(isLive('video'))!;
    expect(undisturbed).toMatchObject({ packetsLost: 0, nackCount: 0, pliCount: 0 });
    // The same connection, described once.
    expect(await red.get('page.client.connections.sub[0] === window.sub')).toBe(true);
    await seesAndHears(red, 'green');
    expect(test.mas.snapshot()[0]?.members.map((member) => member.memberId)).toEqual(['red', 'green']);
  });

  it('does not forward what conference control muted', async () => {
    const red = await enter('red');
    const green = await enter('green');
    await seesAndHears(green, 'red');
    expect(test.mas.setPermissions('c1', 'red', { audio: true, video: false, version: 1 })).toBe(true);
    await green.until<{ audio?: boolean; video?: boolean }>(
      'kinds',
      ['red'],
      (kinds) => kinds.video === false,
    );
    const received = (): Promise<number> =>
      green
        .call<{ type: string; kind?: string; packetsReceived?: number; ssrc?: number }[]>('stats', 'sub')
        .then((all) =>
          all
            .filter((each) => each.type === 'inbound-rtp' && each.kind === 'video')
            .reduce((sum, each) => sum + (each.packetsReceived ?? 0), 0),
        );
    const before = await received();
    // Red sees more of green meanwhile: time passes and media flows.
    const seen = await red.call<{ frames: number }>('frames', 'green');
    await red.until<{ frames: number }>('frames', ['green'], ({ frames }) => frames > seen.frames + 10);
    expect(await received()).toBe(before);
    test.mas.setPermissions('c1', 'red', { audio: true, video: true, version: 2 });
    await seesAndHears(green, 'red');
  });

  it('tells when a camera is turned off and on', async () => {
    const red = await enter('red');
    const green = await enter('green');
    await seesAndHears(green, 'red');
    await red.call('client.setMuted', 'video', true);
    await green.until<{ audio?: boolean; video?: boolean }>(
      'kinds',
      ['red'],
      (kinds) => kinds.video === false,
    );
    expect(await green.call('kinds', 'red')).toEqual({ audio: true, video: false });
    await red.call('client.setMuted', 'video', false);
    await seesAndHears(green, 'red');
  });

  it('plays sound and picture of a member in sync', async () => {
    const red = await enter('red');
    const green = await enter('green');
    await Promise.all([seesAndHears(red, 'green'), seesAndHears(green, 'red')]);
    const skew = await medianSkew(red);
    console.info(`${transport}: lip-sync ${skew.toFixed(0)} ms`);
    expect(Math.abs(skew)).toBeLessThan(100);
  });

  it('plays on at 3 % loss in both directions', async () => {
    await test.close();
    const network = lossyNetwork(0.03);
    test = await startMas({ transport, wrap: network.wrap });
    const red = await enter('red');
    const green = await enter('green');
    await Promise.all([seesAndHears(red, 'green'), seesAndHears(green, 'red')]);
    await green.call('resetGap', 'red');
    const before = await green.call<{ frames: number }>('frames', 'red');
    const after = await green.until<{ frames: number; maxGap: number }>(
      'frames',
      ['red'],
      ({ frames }) => frames > before.frames + 150,
      40_000,
    );
    const video = (await green.call<InboundStat[]>('stats', 'sub')).find(isLive('video'))!;
    console.info(
      `${transport}: 3 % loss, largest gap ${after.maxGap.toFixed(0)} ms, ${video.nackCount} NACKs, ` +
        `${network.counters.lost} of ${network.counters.lost + network.counters.passed} lost`,
    );
    expect(after.maxGap).toBeLessThan(500);
    expect(video.nackCount).toBeGreaterThan(0);
    expect(network.counters.lost).toBeGreaterThan(20);
  });

  it('brings clients back after their connection or their token was lost', async () => {
    const red = await enter('red');
    const green = await enter('green');
    await seesAndHears(green, 'red');
    await red.get('page.client.session.socket.close(), 0');
    await red.until<string>('state', [], (state) => state === 'connected');
    expect(await red.get<{ state: string }[]>('page.log.map((s) => s.state)')).toContain('reconnecting');
    await seesAndHears(green, 'red');
    await seesAndHears(red, 'green');
  });

  it('brings clients back within 3 s after the way to them was cut, in the same slots', async () => {
    await test.close();
    const network = lossyNetwork(0);
    test = await startMas({ transport, wrap: network.wrap });
    const [red, green] = [await enter('red'), await enter('green')];
    await Promise.all([seesAndHears(red, 'green'), seesAndHears(green, 'red')]);
    const slots = () => green.get('page.client.session.slots.filter((slot) => slot.memberId !== null)');
    const before = await slots();
    network.cut();
    type Log = { state: string; at: number }[];
    const both = await Promise.all(
      [red, green].map(async (page) => {
        const log = 'page.log.slice(-2).map(({ state, at }) => ({ state, at }))';
        let last: Log = [];
        await until(async () => {
          last = await page.get<Log>(log);
          return last[0]?.state === 'reconnecting' && last[1]?.state === 'connected';
        }, 30_000);
        return last[1]!.at - last[0]!.at;
      }),
    );
    for (const ms of both) expect(ms).toBeLessThan(3000);
    await Promise.all([seesAndHears(red, 'green'), seesAndHears(green, 'red')]);
    expect(await slots()).toEqual(before);
  });

  it('refuses a wrong token and sends away who was removed', async () => {
    const page = await MasPage.open(browsers.red, test);
    open.push(page);
    await page.join(test.url, ['wrong', joinToken('red')], false);
    await page.until<string>('state', [], (state) => state === 'connected');
    expect(await page.get('page.log[1]')).toMatchObject({ state: 'reconnecting', code: 'token_invalid' });
    expect(test.mas.closeMember('c1', 'red')).toBe(true);
    await page.until<string>('state', [], (state) => state === 'closed');
    expect(await page.get('page.log.at(-1)')).toMatchObject({ state: 'closed', code: 'removed' });
    expect(test.mas.closeMember('c1', 'red')).toBe(false);
    // A token that was given out before doesn't bring them back.
    const again = await MasPage.open(browsers.red, test);
    open.push(again);
    await again.join(test.url, [joinToken('red')], false);
    await again.until<string>('state', [], (state) => state === 'closed');
    expect(await again.get('page.log.at(-1)')).toMatchObject({ state: 'closed', code: 'removed' });
  });
});
