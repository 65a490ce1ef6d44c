/** The host's page: off the air, with an encoder, asked, co-hosting, arranging; at all widths, in both languages. */
import type { ChannelView, PushUrlView } from '../../src/contracts';
import { startApp, type TestApp } from '../support/app/app-process';
import type { FfmpegPush } from '../support/media/rtmp-pusher';
import { until } from '../support/waiting/until';
import { type Screen, screens, Sitter } from './support/gallery';
import type { Scene } from './support/scene-media';
import { pushScene } from './support/scene-push';

jest.setTimeout(400_000);

const HOST = { userId: 'ann', name: 'Ann Weaver', scene: 'ann' as Scene, tone: 330 };
const GUESTS: { userId: string; name: string; scene: Scene; tone: number }[] = [
  { userId: 'bob', name: 'Bob Keller', scene: 'bob', tone: 220 },
  { userId: 'sara', name: 'Sara Okafor', scene: 'sara', tone: 440 },
];
const MEI = { userId: 'mei', name: '林美', scene: 'mei' as Scene };

let app: TestApp;
let token: string;
let channelId: string;
let push: FfmpegPush | null = null;
const sitters: Sitter[] = [];

beforeAll(async () => {
  app = await startApp();
  token = await app.token(HOST.userId, HOST.name);
  const { body } = await app.api<ChannelView>('POST', '/v1/channels', { title: 'Friday night jam' }, token);
  channelId = body.id;
  const layout = { ...body.layout, kind: 'speaker', names: true };
  const output = { ...body.output, width: 960, height: 540, fps: 15, gop: 30, videoBitrate: 900_000 };
  await app.api('PATCH', `/v1/channels/${channelId}`, { layout, output }, token);
});
afterAll(async () => {
  await Promise.all(sitters.map((sitter) => sitter.close()));
  await push?.stop();
  await app.stop();
});

async function sit(path: string, person: Parameters<typeof Sitter.open>[2]): Promise<Sitter> {
  const sitter = await Sitter.open(app, path, person);
  sitters.push(sitter);
  return sitter;
}
async function apply(person: Parameters<typeof Sitter.open>[2]): Promise<Sitter> {
  const guest = await sit(`/watch/${channelId}`, person);
  await guest.click('apply');
  await guest.click('apply-confirm');
  return guest;
}
async function at(sitter: Sitter, screen: Screen): Promise<void> {
  await sitter.page.setViewportSize(screens[screen]);
}

it('the studio', async () => {
  const host = await sit(`/studio/${channelId}`, HOST);
  await host.sees('browser-push-start');
  await host.shoot('studio-off-air');
  await host.click('browser-push-start');
  await host.sees('preflight-confirm', ':enabled');
  await host.shoot('studio-preflight-live');
  await host.page.keyboard.press('Escape');

  const { body } = await app.api<PushUrlView>('POST', `/v1/channels/${channelId}/push-url`, undefined, token);
  push = await pushScene(body.url, 'game');
  await host.sees('player', '[data-state="playing"]');
  await host.click('open-ingest');
  await host.sees('stream-health', '[data-state="steady"]');
  await host.shoot('studio-ingest');
  await host.click('open-ingest');

  const [bob, sara] = GUESTS as [(typeof GUESTS)[0], (typeof GUESTS)[0]];
  await apply(bob);
  await host.sees('pinned-request');
  await host.shoot('studio-request');
  await host.click('accept-application');
  await host.sees('preflight-confirm', ':enabled');
  await host.shoot('studio-preflight');
  await at(host, 'phone');
  await host.shoot('studio-preflight-phone');
  await at(host, 'desktop');
  await host.click('preflight-confirm', ':enabled');
  await host.sees('session-state', '[data-state="live"]');
  await push.stop();
  await host.click('push-note-done');
  await apply(sara);
  await host.click('accept-application');
  await until(async () => (await host.find('tile').count()) === 3, 30_000);
  await apply(MEI);
  await host.sees('pinned-request');
  for (const [name, line] of [
    [bob, 'Audio is so clean tonight'],
    [sara, '晚上好！今天也来听你唱歌'],
  ] as const) {
    const guest = sitters.find((_, n) => n === (name === bob ? 1 : 2))!;
    await guest.find('chat-input').fill(line);
    await guest.click('chat-send');
  }
  await until(async () => (await host.find('tile').locator('video:not(.hidden)').count()) === 3, 30_000);
  for (const screen of ['desktop', 'wide', 'laptop', 'tablet'] as const) {
    await at(host, screen);
    await host.shoot(`studio-${screen}`);
  }
  await at(host, 'desktop');
  await host.click('tab-people');
  await host.shoot('studio-people');
  await host.click('tab-requests');
  await host.shoot('studio-requests');

  await host.click('layout-floating');
  await host.sees('layout-floating', '[aria-checked="true"]');
  await host.click('dock-layout');
  await host.find('layout-tile').nth(1).focus();
  for (const key of ['ArrowDown', 'ArrowLeft']) await host.page.keyboard.press(`Shift+${key}`);
  await host.shoot('studio-layout');
  await host.click('layout-preview');
  await host.sees('layout-preview-picture', '[data-ready="true"]');
  await host.shoot('studio-layout-preview');
  await host.page.keyboard.press('Escape');
  await host.click('layout-revert');
  await host.click('layout-close');

  await host.click('language');
  await host.shoot('studio-zh');
  await at(host, 'phone');
  await host.click('dock-guests');
  await host.sees('application');
  await host.shoot('studio-phone-zh');
  expect(host.complaints).toEqual([]);
});
