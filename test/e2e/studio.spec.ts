/** The host's page: going live from it, staying on the air, requests on a phone, and the layout editor. */
import { until } from '../support/waiting/until';
import { violations } from './support/axe';
import type { Person } from './support/person';
import { GUEST, StoryFixture } from './support/story-fixture';

jest.setTimeout(180_000);

const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

let story: StoryFixture;
afterEach(() => story.stop());

it('a reload asks first, and doesn’t take the host off the air', async () => {
  story = await StoryFixture.start();
  const host = await story.host();
  await host.click('browser-push-start');
  await host.goesOnAir();
  await host.sees('browser-push', '[data-state="live"]');
  await story.source('host');
  const viewer = await story.watch();
  await viewer.play(1000);

  const asked: string[] = [];
  host.page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  await host.page.reload();
  await host.sees('browser-push', '[data-state="live"]');
  await viewer.play(2000);
  expect(asked).toEqual(['beforeunload']);
  expect(viewer.closedByServer).toBe(false);
  await story.source('host');

  await host.click('browser-push-stop');
  await host.sees('browser-push', '[data-state="off"]');
  // What was ended by its button isn't begun again.
  await host.page.reload();
  await host.sees('studio-title');
  await host.sees('browser-push', '[data-state="off"]');
  expect(asked).toHaveLength(1);
  expect(host.complaints).toEqual([]);
});

it('a reload in a co-hosting brings the host back into the call, and afterwards their own broadcast', async () => {
  story = await StoryFixture.start();
  const host = await story.host();
  await host.click('browser-push-start');
  await host.goesOnAir();
  await story.source('host');
  const viewer = await story.watch();
  const guest = await story.viewerPage(GUEST);
  await guest.applyToGoOnAir();
  // Their devices are checked, and in use: there is nothing to ask again.
  await host.click('accept-application');
  await host.seesSession('live');
  await story.onAir(host, guest);
  await host.sees('browser-push', '[data-state="paused"]');

  host.page.on('dialog', (dialog) => void dialog.accept());
  await host.page.reload();
  await host.sees('tile', `[data-user-id="${GUEST.userId}"]`);
  await story.onAir(host, guest);
  await host.click('end-session');
  await host.sees('browser-push', '[data-state="live"]');
  await story.source('host');
  await viewer.play(1000);
  expect(viewer.closedByServer).toBe(false);
});

it('an encoder that pushes isn’t sent away unasked', async () => {
  story = await StoryFixture.start();
  const push = await story.startHostPush();
  const host = await story.host();
  await host.sees('player', '[data-state="playing"]');
  await host.click('browser-push-start');
  await host.sees('encoder-gives-way');
  await host.page.keyboard.press('Escape');
  await host.find('preflight').waitFor({ state: 'detached' });
  expect(await Promise.race([push.ended.then(() => 'gone'), Promise.resolve('pushes')])).toBe('pushes');

  await host.click('browser-push-start');
  await host.goesOnAir();
  await push.ended;
  await host.sees('browser-push', '[data-state="live"]');
  expect(host.complaints).toEqual([]);
});

it('a phone shows who asks, and takes them; the layout is dragged, and on the air when it is applied', async () => {
  story = await StoryFixture.start();
  await story.startHostPush();
  const host = await story.host();
  await host.page.setViewportSize(DESKTOP);
  await host.sees('player', '[data-state="playing"]');
  expect(await scrolls(host)).toBe(false);
  expect(await violations(host.page)).toEqual([]);

  await host.page.setViewportSize(PHONE);
  const guest = await story.viewerPage(GUEST);
  await guest.applyToGoOnAir();
  await host.sees('application');
  const { y, height } = (await host.find('accept-application').boundingBox())!;
  expect(y + height).toBeLessThan(PHONE.height);
  expect(await host.page.title()).toMatch(/^\(1\) /);
  expect(await violations(host.page)).toEqual([]);
  await host.accept();
  await host.seesSession('live');
  await story.onAir(host, guest);

  await host.page.setViewportSize(DESKTOP);
  await host.click('dock-layout');
  await host.sees('layout-apply', ':disabled');
  const tile = host.find('layout-tile', '[data-seat="1"]');
  await drag(host, tile, { x: -200, y: 60 });
  await host.sees('layout-apply', ':enabled');
  expect((await story.session())!.layout.kind).toBe('grid');
  expect(await violations(host.page)).toEqual([]);
  await host.click('layout-apply');
  await until(async () => (await story.session())!.layout.kind === 'custom');
  const rects = (await story.session())!.layout.rects!;
  expect(rects.map(({ seat }) => seat).sort()).toEqual([0, 1]);
  expect(rects.find(({ seat }) => seat === 1)!.x).toBeLessThan(0.5);

  await host.click('layout-close');
  for (const place of ['tab-people', 'tab-moderation', 'open-ingest']) {
    await host.click(place);
    expect([place, await violations(host.page)]).toEqual([place, []]);
  }
  expect([...host.complaints, ...guest.complaints]).toEqual([]);
});

function scrolls({ page }: Person): Promise<boolean> {
  return page.evaluate<boolean>('document.scrollingElement.scrollHeight > innerHeight');
}

async function drag(
  { page }: Person,
  what: ReturnType<Person['find']>,
  by: { x: number; y: number },
): Promise<void> {
  const { x, y, width, height } = (await what.boundingBox())!;
  const [fromX, fromY] = [x + width / 2, y + height / 2];
  await page.mouse.move(fromX, fromY);
  await page.mouse.down();
  await page.mouse.move(fromX + by.x, fromY + by.y, { steps: 5 });
  await page.mouse.up();
}
