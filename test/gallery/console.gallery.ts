/** The console as an operator sees it. */
import type { ChannelView } from '../../src/contracts';
import { startApp, type TestApp } from '../support/app/app-process';
import { type Look, Sitter } from './support/gallery';

jest.setTimeout(240_000);

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp();
  token = await app.token('operator', 'Olga Petrova', 'admin');
  for (const title of ['Friday night jam', '深夜唱歌房', 'Ask me anything'])
    await app.api<ChannelView>('POST', '/v1/channels', { title }, token);
  await app.api('POST', '/v1/webhooks', { url: 'http://localhost:9/live' }, token);
  await app.api('POST', '/v1/api-keys', { name: 'Shop backend' }, token);
});
afterAll(() => app.stop());

const OPERATOR = { userId: 'operator', name: 'Olga Petrova', role: 'admin' } as const;
const LOOKS: [name: string, look: Look][] = [
  ['desktop-dark', {}],
  ['desktop-light-zh', { theme: 'light', language: 'zh-CN' }],
  ['phone-light', { screen: 'phone', theme: 'light' }],
];
const PAGES = ['nodes', 'webhooks', 'keys', 'audit'];

it.each(LOOKS)('%s', async (name, look) => {
  const sitter = await Sitter.open(app, '/console/nodes', OPERATOR, look);
  for (const page of PAGES) {
    await sitter.click(`console-${page}`);
    await sitter.page.locator('.n-data-table-tr[class*="n-data-table"] td').first().waitFor();
    await sitter.shoot(`console-${page}-${name}`);
  }
  expect(sitter.complaints).toEqual([]);
  await sitter.close();
});
