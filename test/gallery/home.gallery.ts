/** The first things that people see: an empty system, and what is live. */
import type { ChannelView, PushUrlView } from '../../src/contracts';
import { startApp, type TestApp } from '../support/app/app-process';
import type { FfmpegPush } from '../support/media/rtmp-pusher';
import { until } from '../support/waiting/until';
import { type Look, Sitter } from './support/gallery';
import type { Scene } from './support/scene-media';
import { pushScene } from './support/scene-push';

jest.setTimeout(240_000);

let app: TestApp;
const pushes: FfmpegPush[] = [];
beforeAll(async () => (app = await startApp()));
afterAll(async () => {
  await Promise.all(pushes.map((push) => push.stop()));
  await app.stop();
});

const OPERATOR = { userId: 'operator', name: 'Olga Petrova', role: 'admin' } as const;
const LOOKS: [name: string, look: Look][] = [
  ['desktop-dark', {}],
  ['desktop-light-zh', { theme: 'light', language: 'zh-CN' }],
  ['phone-dark', { screen: 'phone' }],
];
const SHOWS: [title: string, owner: string, scene: Scene | null][] = [
  ['Basement sessions', 'the-lows', 'stage'],
  ['One pan dinner', 'lucia', 'kitchen'],
  ['深夜唱歌房', 'xiaomei', null],
  ['Ask me anything', 'operator', null],
];

it.each(LOOKS)('an empty system: %s', async (name, look) => {
  const sitter = await Sitter.open(app, '/', OPERATOR, look);
  await sitter.sees('first-live');
  await sitter.shoot(`first-run-${name}`);
  expect(sitter.complaints).toEqual([]);
  await sitter.close();
});

it('what is live, and the channels of the console', async () => {
  const admin = await app.token('operator', 'Olga Petrova', 'admin');
  for (const [title, ownerId, scene] of SHOWS) {
    const { body } = await app.api<ChannelView>('POST', '/v1/channels', { title, ownerId }, admin);
    if (!scene) continue;
    const path = `/v1/channels/${body.id}`;
    const owner = await app.token(ownerId, ownerId);
    const push = await app.api<PushUrlView>('POST', `${path}/push-url`, undefined, owner);
    pushes.push(await pushScene(push.body.url, scene));
    await until(
      async () => (await app.api<ChannelView>('GET', path, undefined, admin)).body.source === 'host',
    );
  }
  for (const [name, look] of LOOKS) {
    const sitter = await Sitter.open(app, '/', OPERATOR, look);
    await sitter.sees('channel');
    await sitter.shoot(`home-${name}`);
    await sitter.page.goto(`${app.url}/console/channels`);
    await sitter.click('channel');
    await sitter.sees('player', '[data-state="playing"]');
    await sitter.shoot(`console-channels-${name}`);
    await sitter.page.goto(`${app.url}/console/wall`);
    await sitter.sees('snapshot');
    await sitter.shoot(`console-wall-${name}`);
    await sitter.page.goto(`${app.url}/console/overview`);
    await sitter.sees('overview');
    await sitter.shoot(`console-overview-${name}`);
    expect(sitter.complaints).toEqual([]);
    await sitter.close();
  }
});
