/** The first things that people see: signing in, an empty system, the channels. */
import type { ChannelView } from '../../src/contracts';
import { startApp, type TestApp } from '../support/app/app-process';
import { type Look, Sitter } from './support/gallery';

jest.setTimeout(180_000);

let app: TestApp;
beforeAll(async () => (app = await startApp()));
afterAll(() => app.stop());

const OPERATOR = { userId: 'operator', name: 'Olga Petrova', role: 'admin' } as const;
const LOOKS: [name: string, look: Look][] = [
  ['desktop-dark', {}],
  ['desktop-light-zh', { theme: 'light', language: 'zh-CN' }],
  ['phone-light', { screen: 'phone', theme: 'light' }],
];

it.each(LOOKS)('an empty system: %s', async (name, look) => {
  const sitter = await Sitter.open(app, '/', OPERATOR, look);
  await sitter.sees('channel-title');
  await sitter.shoot(`empty-${name}`);
  expect(sitter.complaints).toEqual([]);
  await sitter.close();
});

it('channels', async () => {
  for (const title of ['Friday night jam', '深夜唱歌房', 'Ask me anything'])
    await app.api<ChannelView>(
      'POST',
      '/v1/channels',
      { title },
      await app.token('operator', 'Olga', 'admin'),
    );
  for (const [name, look] of LOOKS) {
    const sitter = await Sitter.open(app, '/', OPERATOR, look);
    await sitter.sees('channel');
    await sitter.shoot(`channels-${name}`);
    await sitter.close();
  }
});
