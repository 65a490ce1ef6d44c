import type { Browser, Page } from 'playwright-core';
import type { LoginLinkView, MasClientMessage, WantedPicture } from '../../../src/contracts';
import type { TestApp } from '../../support/app/app-process';
import { launchBrowser } from '../../support/browser/browser';
import { createFakeMedia, type FakeMedia } from '../../support/browser/fake-camera';
import type { Rgb } from '../../support/media/flv-probe';

export interface PersonOptions {
  userId: string;
  name: string;
  /** Of their camera and microphone. */
  color: Rgb;
  /** Hz */
  tone: number;
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
    private readonly media: FakeMedia,
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on('websocket', (socket) => {
      if (!new URL(socket.url()).pathname.endsWith('/mas')) return;
      socket.on('framesent', ({ payload }) => {
        const message = JSON.parse(String(payload)) as MasClientMessage;
        if (message.type === 'want') this.wanted = message.pictures;
      });
    });
    page.on('crash', () => this.complaints.push('the page crashed'));
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  get userId(): string {
    return this.options.userId;
  }

  /** Opens a page of the app as this user, through a one-time login link as an admin hands it out. */
  static async open(app: TestApp, path: string, options: PersonOptions): Promise<Person> {
    const media = await createFakeMedia({ color: options.color, tone: options.tone });
    const browser = await launchBrowser({ fakeVideo: media.video, fakeAudio: media.audio });
    const page = await browser.newPage();
    await page.addInitScript(keepTones);
    const person = new Person(options, browser, page, media);
    await page.goto(await loginLink(app, path, options));
    await page.waitForURL(app.url + path);
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

  /** As host: invites somebody who is in the room. */
  async invite(viewer: Person): Promise<void> {
    const row = this.find('online-user', `[data-user-id="${viewer.userId}"]`);
    await row.locator('[data-testid="invite-user"]').click();
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.media.remove();
  }

  /** As when the phone's battery dies: no goodbye from any page. */
  async vanish(): Promise<void> {
    const session = await this.browser.newBrowserCDPSession();
    // The browser is gone before it can answer.
    await session.send('Browser.crash').catch(() => undefined);
    this.media.remove();
  }
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

/** For the page: a steady tone is what noise suppression and echo cancellation are made to remove. */
const keepTones = `
  const devices = navigator.mediaDevices;
  const original = devices?.getUserMedia.bind(devices);
  const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  if (original) devices.getUserMedia = (asked) => original({ ...asked, audio: asked?.audio ? plain : false });
`;
