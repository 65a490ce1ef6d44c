/** The samples as an app developer runs them: built by a stock Vite on the packed package, in real browsers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
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
  await guest.says('#source', 'host');
  await guest.sees('#player', HOST.color);
  await guest.page.fill('#say input', 'may I?');
  await guest.page.click('#say button');
  await host.says('#messages', `${GUEST.userId}: may I?`);

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
  // A grid of two: each has a half.
  await guest.sees('#player', HOST.color, 0.25);
  await guest.sees('#player', GUEST.color, 0.75);

  await host.page.click('#end');
  await host.says('#push-state', 'live');
  await guest.says('#source', 'host');
  await guest.says('#call-state', 'idle');
  await guest.sees('#player', HOST.color);
  expect(await guest.page.locator('#tiles video').count()).toBe(0);
  await host.page.click('#stop');
  await guest.says('#source', 'none');
  expect([...host.complaints, ...guest.complaints]).toEqual([]);
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

/** Somebody who has logged in at the sample, in a browser of their own. */
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

  /** The middle of its height, and of its width unless `x` (share of it) is given, has this colour. */
  async sees(selector: string, color: Rgb, x = 0.5): Promise<void> {
    const seen = () => this.page.locator(selector).evaluate(colorAt, x);
    await until(async () => {
      const now = await seen();
      return now !== null && closeTo(now, color, TOLERANCE);
    }, 30_000);
  }
}

async function enter(url: string, { userId, color, tone }: PersonOptions): Promise<Visitor> {
  const media = await createFakeMedia({ color, tone });
  ends.push(() => media.remove());
  const browser: Browser = await launchBrowser({ fakeVideo: media.video, fakeAudio: media.audio });
  ends.push(() => browser.close());
  const visitor = new Visitor(await browser.newPage());
  await visitor.page.goto(url);
  await visitor.page.fill('#login [name=userId]', userId);
  await visitor.page.fill('#login [name=hostId]', HOST.userId);
  await visitor.page.click('#login button');
  await visitor.says('#call-state', 'idle');
  return visitor;
}

/** In the page. */
function colorAt(element: unknown, x: number): [number, number, number] | null {
  const video = element as HTMLVideoElement;
  if (video.videoWidth === 0) return null;
  const [canvas, side] = [document.createElement('canvas'), 32];
  Object.assign(canvas, { width: side, height: side });
  const context = canvas.getContext('2d')!;
  context.drawImage(video, 0, 0, side, side);
  const [r, g, b] = context.getImageData(Math.floor(x * side), side / 2, 1, 1).data;
  return [r!, g!, b!];
}
