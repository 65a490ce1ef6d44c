/** What a mix says of itself beside its pictures, and events of the channel, as a stock player in a browser gets them. */
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import type { EventStreamMessage, MixStreamMessage, StreamMessage } from '../../../src/contracts';
import { layoutTiles } from '../../../src/shared/layout';
import { launchBrowser } from '../../support/browser/browser';
import { servePlayers } from '../../support/browser/player-page';
import { HlsCapture } from '../../support/media/hls-capture';
import { GRID, member, MixFixture, OUTPUT, seat } from '../../support/fixtures/mix-fixture';

jest.setTimeout(60_000);

/** A message, and the presentation time that the player gives it, ms. */
interface Arrived {
  message: StreamMessage;
  pts: number;
}

let browser: Browser;
let fixture: MixFixture;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  fixture = await MixFixture.start();
});
afterEach(() => fixture.stop());

it('tells layout, seats and levels once a second and at each change, and an event once, with its picture', async () => {
  const { egress, mix, node } = fixture;
  await Promise.all([egress.join(member('host', 'red', 440)), egress.join(member('guest', 'blue', 1000))]);
  const [host, guest] = [seat('host', 0), seat('guest', 1, { name: '小明' })];
  mix.start(fixture.spec([host]));
  const capture = await fixture.watch();
  const pages = await servePlayers(PAGE, { '/mpegts.js': 'mpegts.js/dist/mpegts.js' });
  const page = await browser.newPage();
  const url = `http://127.0.0.1:${node.httpPort}/live/room.flv?token=play-room`;
  await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/?${encodeURIComponent(url)}`);
  const arrived = () => page.evaluate<Arrived[]>('arrived');
  const until = (condition: string) => page.waitForFunction(condition, undefined, { timeout: 20_000 });
  const hls = await HlsCapture.open(`http://127.0.0.1:${node.httpPort}/live/room.m3u8?token=play-room`);
  await until(`arrived.length >= 3`);

  mix.apply(fixture.spec([host, guest], GRID, 2));
  await until(`arrived.some(({ message }) => message.tiles?.length === 2 && message.tiles[1].level > 0.05)`);
  const gift = { type: 'event', id: 'e1', name: 'gift', data: { of: 'gina', count: 3 } } as const;
  expect([node.hub.addEvent('room', gift), node.hub.addEvent('room', gift)]).toEqual([true, true]);
  expect(node.hub.addEvent('elsewhere', gift)).toBe(false);
  const sentAt = capture.last!.dtsMs;
  await until(`arrived.some(({ message }) => message.type === 'event')`);
  await until(`arrived.length >= ${(await arrived()).length + 2}`);
  const all = await arrived();
  await hls.play(1000);
  await hls.stop();
  await page.close();
  pages.close();

  const events = all.filter(({ message }) => message.type === 'event');
  expect(events.map(({ message }) => message as EventStreamMessage)).toEqual([gift]);
  expect(events[0]!.pts).toBeGreaterThanOrEqual(sentAt);
  expect(events[0]!.pts).toBeLessThan(sentAt + 500);

  // HLS has the same pictures.
  const parts = Buffer.concat(hls.runs.map(({ bytes }) => bytes));
  for (const text of ['Lianma', '"type":"mix"', '"name":"gift"']) expect(parts.includes(text)).toBe(true);

  const mixes = all.flatMap(({ message, pts }) => (message.type === 'mix' ? [{ message, pts }] : []));
  const steps = mixes.slice(1).map(({ message }, index) => message.ms - mixes[index]!.message.ms);
  expect(Math.max(...steps)).toBeLessThanOrEqual(1067);
  const offsets = mixes.map(({ message, pts }) => pts - message.ms);
  expect(Math.max(...offsets) - Math.min(...offsets)).toBeLessThanOrEqual(2);
  expect(mixes.map(({ message }) => message.tiles.length)).toEqual(
    mixes.map(({ message }) => message.tiles.length).sort(),
  );
  const last = mixes.at(-1)!.message;
  expect(last).toMatchObject({ width: 640, height: 360, tiles: shownTiles([host, guest]) });
  expect(last.tiles.map(({ level }) => level > 0.05 && level <= 1)).toEqual([true, true]);
});

function shownTiles(seats: ReturnType<typeof seat>[]): Partial<MixStreamMessage['tiles'][number]>[] {
  return layoutTiles(GRID, seats, OUTPUT).map(({ userId, x, y, width, height }) => {
    const { name } = seats.find((one) => one.userId === userId)!;
    return { userId, name, x, y, width, height };
  });
}

const PAGE = `<!doctype html><video muted autoplay></video>
<script src="/mpegts.js"></script><script>
const arrived = [];
const flv = mpegts.createPlayer({ type: 'flv', isLive: true, url: decodeURIComponent(location.search.slice(1)) },
  { enableStashBuffer: false });
flv.on(mpegts.Events.SEI_ARRIVED, ({ uuid, user_data, pts }) => {
  if (String.fromCharCode(...uuid.slice(0, 6)) !== 'Lianma') return;
  arrived.push({ message: JSON.parse(new TextDecoder().decode(user_data)), pts });
});
flv.attachMediaElement(document.querySelector('video'));
flv.load();
</script>`;
