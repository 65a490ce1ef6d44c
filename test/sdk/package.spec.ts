/** The package as it is released: packed, installed into an empty project, and used there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GUEST, HOST, StoryFixture } from '../e2e/support/story-fixture';
import { becomes } from './support/node-person';
import { People } from './support/people';
import { Trial } from './support/trial';

jest.setTimeout(180_000);

const root = process.cwd();

const PAGE = `<!doctype html><script type="module" src="./main.ts"></script>`;
const MAIN = `
import { Lianmai, LianmaiError, type CoHostView } from '@lianmai/client';

const lianmai = new Lianmai({ url: 'https://live.example', token: () => fetch('/token').then((r) => r.text()) });
const room = lianmai.room('channel');
room.chat.messages.subscribe((all) => console.log(all.at(-1)?.text));
const coHosting = lianmai.coHosting('channel');
coHosting.active.subscribe((session: CoHostView | null) => console.log(session?.state));
lianmai.invitations('channel').apply().catch((error) => {
  if (error instanceof LianmaiError && error.code === 'rate_limited') console.log(error.retryAfterMs);
});
// @ts-expect-error a number is no id: the types are there
lianmai.room(7);
`;
const PICTURE = `
import { flvEngine, hlsEngine, Lianmai, nativeHlsEngine } from '@lianmai/client';

const lianmai = new Lianmai({ token: () => 'token' });
const player = lianmai.player(lianmai.room('channel'), {
  video: document.querySelector('video')!,
  engines: [flvEngine(() => import('mpegts.js')), hlsEngine(() => import('hls.js')), nativeHlsEngine()],
});
player.state.subscribe((state) => console.log(state));
`;
const BACKEND = `
import { LianmaiServer, verifyWebhook, WebhookError } from '@lianmai/client/server';
try {
  verifyWebhook({ body: '{}', signature: 't=1,v1=00', secret: 'whsec_x' });
} catch (error) {
  console.log(error instanceof WebhookError && error.code, typeof LianmaiServer);
}
`;

let project: Trial;
beforeAll(() => {
  project = new Trial();
  writeFileSync(project.at('index.html'), PAGE);
  writeFileSync(project.at('main.ts'), MAIN);
  mkdirSync(project.at('picture'));
  writeFileSync(project.at('picture/index.html'), PAGE);
  writeFileSync(project.at('picture/main.ts'), PICTURE);
  writeFileSync(project.at('backend.ts'), BACKEND);
  writeFileSync(project.at('backend.js'), BACKEND);
  writeFileSync(project.at('documented.ts'), documented());
  copyFileSync(join(root, 'sdk/samples/bot.mjs'), project.at('bot.mjs'));
});
afterAll(() => project.remove());

it('has nothing in it but what is used, and no source', () => {
  const files = readdirSync(project.installed, { recursive: true }).map(String);
  expect(files.filter((file) => /\.(spec|api)\b|^src\/|tsconfig/.test(file))).toEqual([]);
  for (const file of [
    'README.md',
    'CHANGELOG.md',
    ...['index', 'mix', 'server'].flatMap((entry) => [`dist/${entry}.js`, `dist/${entry}.d.ts`]),
  ])
    expect(files).toContain(file);
});

/** A stock Vite builds a page. @returns its scripts, by name, of which the hash is left out */
function built(page: string): Map<string, string> {
  project.bin('vite/bin/vite.js', ['build', page, '--logLevel', 'error']);
  const assets = project.at(join(page, 'dist/assets'));
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
  return new Map(
    scripts.sort().map((name) => [name.split('-')[0]!, readFileSync(join(assets, name), 'utf8')]),
  );
}

it('is built into a page by a stock Vite, and has nothing in it that the page does not ask for', () => {
  const scripts = built('.');
  expect([...scripts.keys()]).toEqual(['index']);
  expect(scripts.get('index')).toContain('https://live.example');
  expect(scripts.get('index')).not.toContain('AudioContext');
});

it('leaves the players that a page asks for in files of their own, loaded when something plays', () => {
  expect([...built('picture').keys()]).toEqual(['hls', 'index', 'mpegts']);
});

/** What docs/sdk.md shows, as the one program that it says it is. */
function documented(): string {
  const text = readFileSync(join(root, 'docs/sdk.md'), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code).join('\n');
}

it.each([
  ['bundler', 'esnext'],
  ['nodenext', 'nodenext'],
])('has its types where modules are resolved as %s', (moduleResolution, module) => {
  const compilerOptions = {
    ...{ moduleResolution, module, target: 'es2022', lib: ['es2023', 'dom'] },
    ...{ strict: true, noEmit: true, types: ['node'], typeRoots: [join(root, 'node_modules/@types')] },
  };
  writeFileSync(
    project.at('tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['main.ts', 'backend.ts', 'documented.ts'] }),
  );
  project.bin('typescript/bin/tsc');
});

it('is used by a backend in Node', () => {
  expect(project.node('backend.js')).toBe('signature_invalid function\n');
});

it('lets a bot of its samples host', async () => {
  const story = await StoryFixture.start();
  const people = new People(story.app);
  const { app, channelId } = story;
  const bot = spawn(process.execPath, ['bot.mjs', channelId, HOST.userId, app.url], {
    cwd: project.folder,
    env: { LIANMAI_API_KEY: app.apiKey },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    const guest = await people.enter(channelId, 'guest', GUEST);
    await becomes(guest.room.joined, Boolean);
    await guest.invitations.apply();
    await becomes(guest.call.state, (state) => state === 'connected');
    await becomes(guest.room.chat.messages, (all) => all.some(({ text }) => text === 'Welcome, Gu!'));
    const exit = once(bot, 'exit');
    bot.kill('SIGINT');
    expect(await exit).toEqual([0, null]);
  } finally {
    bot.kill('SIGKILL');
    people.close();
    await story.stop();
  }
});
