/** The package as it is released: packed, installed into an empty project, and used there. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { GUEST, HOST, StoryFixture } from '../e2e/support/story-fixture';
import { becomes } from './support/node-person';
import { People } from './support/people';

jest.setTimeout(180_000);

const root = process.cwd();
const bin = (path: string) => join(root, 'node_modules', path);
function run(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}:\n${stdout}${stderr}`);
  return stdout;
}
const node = (script: string, ...args: string[]) => run(process.execPath, [script, ...args], project);

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

let project: string;
beforeAll(() => {
  run(process.execPath, ['scripts/sdk.mjs', 'build'], root);
  mkdirSync(join(root, 'dist'), { recursive: true });
  // Below the root, where what the package depends on is found as if it had been installed with it.
  project = mkdtempSync(join(root, 'dist/trial-'));
  const installed = join(project, 'node_modules/@lianmai/client');
  mkdirSync(installed, { recursive: true });
  run('npm', ['pack', '--silent', '--pack-destination', project], join(root, 'sdk'));
  const packed = readdirSync(project).find((name) => name.endsWith('.tgz'))!;
  run('tar', ['-xzf', join(project, packed), '--strip-components=1', '-C', installed], project);
  writeFileSync(join(project, 'package.json'), '{ "name": "trial", "private": true, "type": "module" }');
  writeFileSync(join(project, 'index.html'), PAGE);
  writeFileSync(join(project, 'main.ts'), MAIN);
  mkdirSync(join(project, 'picture'));
  writeFileSync(join(project, 'picture/index.html'), PAGE);
  writeFileSync(join(project, 'picture/main.ts'), PICTURE);
  writeFileSync(join(project, 'backend.ts'), BACKEND);
  writeFileSync(join(project, 'backend.js'), BACKEND);
  writeFileSync(join(project, 'documented.ts'), documented());
  copyFileSync(join(root, 'sdk/samples/bot.mjs'), join(project, 'bot.mjs'));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

it('has nothing in it but what is used, and no source', () => {
  const files = readdirSync(join(project, 'node_modules/@lianmai/client'), { recursive: true }).map(String);
  expect(files.filter((file) => /\.(spec|api)\b|^src\/|tsconfig/.test(file))).toEqual([]);
  for (const file of ['README.md', 'CHANGELOG.md', 'dist/index.js', 'dist/index.d.ts', 'dist/server.d.ts'])
    expect(files).toContain(file);
});

/** A stock Vite builds a page. @returns its scripts, by name, of which the hash is left out */
function built(page: string): Map<string, string> {
  node(bin('vite/bin/vite.js'), 'build', page, '--logLevel', 'error');
  const assets = join(project, page, 'dist/assets');
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
  return new Map(
    scripts.sort().map((name) => [name.split('-')[0]!, readFileSync(join(assets, name), 'utf8')]),
  );
}

it('is built into a page by a stock Vite, and has no player in it that the page does not ask for', () => {
  const scripts = built('.');
  expect([...scripts.keys()]).toEqual(['index']);
  expect(scripts.get('index')).toContain('https://live.example');
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
    ...{ strict: true, noEmit: true, types: ['node'], typeRoots: [bin('@types')] },
  };
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['main.ts', 'backend.ts', 'documented.ts'] }),
  );
  node(bin('typescript/bin/tsc'));
});

it('is used by a backend in Node', () => {
  expect(node(join(project, 'backend.js'))).toBe('signature_invalid function\n');
});

it('lets a bot of its samples host', async () => {
  const story = await StoryFixture.start();
  const people = new People(story.app);
  const { app, channelId } = story;
  const bot = spawn(process.execPath, ['bot.mjs', channelId, HOST.userId, app.url], {
    cwd: project,
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
