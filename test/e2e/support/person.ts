import type { Browser, Page } from 'playwright-core';
import type { LoginLinkView, MasClientMessage, WantedPicture } from '../../../src/contracts';
import type { TestApp } from '../../support/app/app-process';
import { launchBrowser } from '../../support/browser/browser';
import { createFakeMedia } from '../../support/browser/fake-camera';
import { launchFirefox, type FirefoxOptions } from '../../support/browser/firefox';
import { paintedCamera } from '../../support/browser/painted-camera';
import { RECORD_KEY, recordsTiles } from '../../support/browser/tile-recorder';
import { probeWebm, type FlvProbe, type Rgb } from '../../support/media/flv-probe';

export interface PersonOptions {
  userId: string;
  name: string;
  /** Of their camera and microphone. */
  color: Rgb;
  /** Hz */
  tone: number;
  /** They use Firefox, of this kind; default Chromium. */
  firefox?: FirefoxOptions;
}

/** Somebody in front of a browser of their own, whose camera shows one colour and whose microphone gives one tone. */
export class Person {
  /** What the page told the MAS last of how large it shows the others. */
  wanted: WantedPicture[] = [];
  /** What the page's console complained of, failed requests included. */
  readonly complaints: string[] = [];

  private constructor(
    readonly options: PersonOptions,
    readonly browser: Browser,
    readonly page: Page,
    private readonly removeMedia: () => void,
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.complain(`${message.text()} ${message.location().url}`);
    });
    page.on('websocket', (socket) => {
      if (!new URL(socket.url()).pathname.endsWith('/mas')) return;
      socket.on('framesent', ({ payload }) => {
        const message = JSON.parse(String(payload)) as MasClientMessage;
        if (message.type === 'want') this.wanted = message.pictures;
      });
    });
    page.on('crash', () => this.complain('the page crashed'));
    page.on('pageerror', (error) => this.complain(String(error)));
  }

  get userId(): string {
    return this.options.userId;
  }

  /** Opens a page of the app as this user, through a one-time login link as an admin hands it out. */
  static async open(app: TestApp, path: string, options: PersonOptions): Promise<Person> {
    const { browser, init, removeMedia } = await (options.firefox ? inFirefox(options) : inChromium(options));
    const page = await browser.newPage();
    await page.addInitScript(init);
    const person = new Person(options, browser, page, removeMedia);
    try {
      await page.goto(await loginLink(app, path, options));
      // The pages change their address themselves, of which not every Firefox tells Playwright.
      await page.locator(`html[data-path="${path}"]`).waitFor({ state: 'attached' });
    } catch (error) {
      await person.close();
      throw error;
    }
    return person;
  }

  /** By test id. */
  find(testId: string, attributes = '') {
    return this.page.locator(`[data-testid="${testId}"]${attributes}`);
  }

  async click(testId: string, attributes = ''): Promise<void> {
    await this.find(testId, attributes).first().click();
  }

  async sees(testId: string, attributes = ''): Promise<void> {
    await this.find(testId, attributes).first().waitFor({ state: 'visible' });
  }

  /** Waits until the page shows the co-hosting in this state. */
  seesSession(state: string): Promise<void> {
    return this.sees('session-state', `[data-state="${state}"]`);
  }

  async applyToGoOnAir(): Promise<void> {
    await this.click('apply');
    await this.click('apply-confirm');
  }

  /** In Firefox: what this page's tile of somebody shows and plays, for a second and a half. */
  async records(userId: string): Promise<FlvProbe> {
    const tile = this.find('tile', `[data-user-id="${userId}"]`);
    await this.page.keyboard.press(RECORD_KEY);
    await tile.and(this.page.locator('[data-recording]')).waitFor();
    const url = (await tile.getAttribute('data-recording'))!;
    // Its type has commas of its own.
    return probeWebm(Buffer.from(url.slice(url.lastIndexOf(',') + 1), 'base64'));
  }

  /** As host who isn't on the air here yet: looks at their own picture before going there. */
  async goesOnAir(): Promise<void> {
    await this.click('preflight-confirm', ':enabled');
    await this.find('preflight').waitFor({ state: 'detached' });
  }

  /** As host who isn't on the air here yet: takes the first who asks. */
  async accept(): Promise<void> {
    await this.click('accept-application');
    await this.goesOnAir();
  }

  /** As host: makes changes in the layout editor, and puts them on the air. */
  async arrange(change: () => Promise<unknown>): Promise<void> {
    if (!(await this.find('layout-panel').isVisible())) await this.click('dock-layout');
    await change();
    await this.click('layout-apply');
    await this.sees('layout-apply', ':disabled');
  }

  /** As host: invites somebody who is in the room. */
  async invite(viewer: Person): Promise<void> {
    await this.click('tab-people');
    const row = this.find('online-user', `[data-user-id="${viewer.userId}"]`);
    await row.locator('[data-testid="invite-user"]').click();
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.removeMedia();
  }

  /** As when the phone's battery dies: no goodbye from any page. */
  async vanish(): Promise<void> {
    const session = await this.browser.newBrowserCDPSession();
    // The browser is gone before it can answer.
    await session.send('Browser.crash').catch(() => undefined);
    this.removeMedia();
  }

  private complain(text: string): void {
    if (!PLAYWRIGHTS_OWN.test(text)) this.complaints.push(text);
  }
}

/** It tries to run its own helpers by eval, which our pages forbid; Firefox reports that as the page's. */
const PLAYWRIGHTS_OWN = /blocked a JavaScript eval/;

interface OpenBrowser {
  browser: Browser;
  /** For each page, before its own scripts. */
  init: string;
  removeMedia: () => void;
}

async function inChromium({ color, tone }: PersonOptions): Promise<OpenBrowser> {
  const media = await createFakeMedia({ color, tone });
  const browser = await launchBrowser({ fakeVideo: media.video, fakeAudio: media.audio });
  return { browser, init: tellPath + keepTones, removeMedia: () => media.remove() };
}

async function inFirefox({ color, tone, firefox }: PersonOptions): Promise<OpenBrowser> {
  const browser = await launchFirefox({ ...firefox, tone });
  const init = tellPath + paintedCamera({ color, ...firefox?.camera }) + recordsTiles;
  return { browser, init, removeMedia: () => undefined };
}

async function loginLink(app: TestApp, path: string, options: PersonOptions): Promise<string> {
  const admin = await app.token('admin', 'Admin', 'admin');
  const { userId, name } = options;
  const answer = await app.api<LoginLinkView>(
    'POST',
    '/v1/login-links',
    { userId, name, role: 'user' },
    admin,
  );
  const link = new URL(answer.body.url);
  link.searchParams.set('next', path);
  return link.toString();
}

/** For the page: says where it is. */
const tellPath = `
  setInterval(() => (document.documentElement.dataset.path = location.pathname), 50);
`;

/** For the page: a steady tone is what noise suppression and echo cancellation are made to remove. */
const keepTones = `
  const devices = navigator.mediaDevices;
  const original = devices?.getUserMedia.bind(devices);
  const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  if (original) devices.getUserMedia = (asked) => original({ ...asked, audio: asked?.audio ? plain : false });
`;
