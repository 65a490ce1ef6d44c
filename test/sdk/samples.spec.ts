/** The samples as an app developer runs them: built by a stock Vite on the packed package, in real browsers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import type { MixingMode } from '../../src/contracts';
import { GUEST, HOST, StoryFixture } from '../e2e/support/story-fixture';
import type { PersonOptions } from '../e2e/support/person';
import { launchBrowser } from '../support/browser/browser';
import { createFakeMedia } from '../support/browser/fake-camera';
import { closeTo, type Rgb } from '../support/media/flv-probe';
import { until } from '../support/waiting/until';
import { Trial } from './support/trial';

jest.setTimeout(240_000);

/** Of each component of a colour, after its way through encoders and a player. */
const TOLERANCE = 45;

let project: Trial;
let story: StoryFixture;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  project = new Trial();
  cpSync('sdk/samples', project.at('samples'), {
    recursive: true,
    filter: (path) => !/node_modules|dist$/.test(path),
  });
  story = await StoryFixture.start();
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(async () => {
  await story.stop();
  project.remove();
});

const samples: [string, MixingMode][] = [
  ['web', 'client'],
  ['vue', 'server'],
  ['react', 'server'],
];
it.each(samples)('%s: live, seen, asked, on the air together, said, over; mixing: %s', async (name, mode) => {
  project.bin('vite/bin/vite.js', ['build', '--logLevel', 'error'], project.at(`samples/${name}`));
  await story.setMixingMode(mode);
  const url = await backendOf(name);
  const host = await enter(url, HOST);
  await host.page.click('#go-live');
  await host.says('#push-state', 'live');

  const guest = await enter(url, GUEST);
  const viewer = await login(await guest.page.context().newPage(), url, 'vera');
  for (const watching of [guest, viewer]) {
    await watching.says('#source', 'host');
    await watching.sees('#player', HOST.color);
  }
  // The room keeps what was said to the samples before.
  const said = `may I, with ${name}?`;
  await guest.page.fill('#say input', said);
  await guest.page.click('#say button');
  await host.says('#messages', `${GUEST.userId}: ${said}`);

  await guest.page.click('#apply');
  await host.page.click('#queue button:has-text("Accept")');
  for (const person of [host, guest]) {
    await person.says('#call-state', 'connected');
    await until(async () => (await person.page.locator('#tiles video').count()) === 2, 30_000);
  }
  await host.sees('#tiles video:last-child', GUEST.color);
  await guest.sees('#tiles video:last-child', HOST.color);
  await guest.says('#source', 'mix');
  await host.says('#push-state', 'paused');
  // A grid of two: each has a half, side by side or, where the picture is less wide, one above the other.
  await viewer.sees('#player', HOST.color, 0.25);
  await viewer.sees('#player', GUEST.color, 0.75);
  for (const { page } of [host, guest]) await until(() => page.locator('#player').evaluate(isEmpty), 30_000);

  await host.page.click('#end');
  await host.says('#push-state', 'live');
  await guest.says('#source', 'host');
  await guest.says('#call-state', 'idle');
  for (const watching of [guest, viewer]) await watching.sees('#player', HOST.color);
  expect(await guest.page.locator('#tiles video').count()).toBe(0);
  await host.page.click('#stop');
  await guest.says('#source', 'none');
  expect([host, guest, viewer].flatMap(({ complaints }) => complaints)).toEqual([]);
});

/** @returns where the sample's own backend serves it */
async function backendOf(name: string): Promise<string> {
  const { app } = story;
  const backend: ChildProcess = spawn(process.execPath, ['backend.mjs', `${name}/dist`], {
    cwd: project.at('samples'),
    env: { LIANMAI_URL: app.url, LIANMAI_API_KEY: app.apiKey, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  ends.push(async () => {
    backend.kill();
    if (backend.exitCode === null && backend.signalCode === null) await once(backend, 'exit');
  });
  const [line] = (await once(createInterface(backend.stdout!), 'line')) as [string];
  return line;
}

/** Somebody who has logged in at the sample. */
class Visitor {
  readonly complaints: string[] = [];

  constructor(readonly page: Page) {
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} ${message.location().url}`);
    });
  }

  async says(selector: string, text: string): Promise<void> {
    await this.page.locator(selector, { hasText: text }).waitFor();
  }

  /** Its middle has this colour, or a point that is `at` of its width and height. */
  async sees(selector: string, color: Rgb, at = 0.5): Promise<void> {
    let seen: Rgb | null = null;
    await until(async () => {
      seen = await this.page.locator(selector).evaluate(colorAt, at);
      return seen !== null && closeTo(seen, color, TOLERANCE);
    }, 30_000).catch(() => {
      throw new Error(`${selector} shows ${String(seen)} at ${at}, not ${String(color)}`);
    });
  }
}

/** In a browser of their own, with a camera. */
async function enter(url: string, { userId, color, tone }: PersonOptions): Promise<Visitor> {
  const media = await createFakeMedia({ color, tone });
  ends.push(() => media.remove());
  const browser = await launchBrowser({ fakeVideo: media.video, fakeAudio: media.audio });
  ends.push(() => browser.close());
  const context = await browser.newContext();
  return login(await context.newPage(), url, userId);
}

async function login(page: Page, url: string, userId: string): Promise<Visitor> {
  const visitor = new Visitor(page);
  await visitor.page.goto(url);
  await visitor.page.fill('#login [name=userId]', userId);
  await visitor.page.fill('#login [name=hostId]', HOST.userId);
  await visitor.page.click('#login button');
  await visitor.says('#call-state', 'idle');
  return visitor;
}

/** In the page: nothing is played. */
function isEmpty(element: unknown): boolean {
  return (element as HTMLVideoElement).videoWidth === 0;
}

/** In the page. */
function colorAt(element: unknown, at: number): [number, number, number] | null {
  const video = element as HTMLVideoElement;
  if (video.videoWidth === 0) return null;
  const [canvas, side] = [document.createElement('canvas'), 32];
  Object.assign(canvas, { width: side, height: side });
  const context = canvas.getContext('2d')!;
  context.drawImage(video, 0, 0, side, side);
  const point = Math.floor(at * side);
  const [r, g, b] = context.getImageData(point, point, 1, 1).data;
  return [r!, g!, b!];
}
