/**
 * The gallery: every page and state as people see it, on phone and desktop, in both languages and themes. `npm run
 * screenshots` writes it into docs/images/; `npm run screenshots -- studio` only what `*studio*.gallery.ts` shows.
 * Chinese needs a Chinese font of the machine (Debian: fonts-noto-cjk).
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { LoginLinkView, TokenView } from '../../../src/contracts';
import type { TestApp } from '../../support/app/app-process';
import { launchBrowser } from '../../support/browser/browser';
import { createFakeMedia } from '../../support/browser/fake-camera';
import { type Scene, writeScene } from './scene-media';

/** Where the pictures go. */
export const IMAGES = join(__dirname, '../../../docs/images');

export const screens = {
  phone: { width: 390, height: 844 },
  tablet: { width: 768, height: 1024 },
  laptop: { width: 1024, height: 700 },
  desktop: { width: 1440, height: 900 },
  wide: { width: 1920, height: 1080 },
} as const;
export type Screen = keyof typeof screens;

export interface Look {
  screen?: Screen;
  theme?: 'dark' | 'light';
  language?: 'en' | 'zh-CN';
}

/** Somebody in front of a browser whose camera shows a drawn scene. */
export class Sitter {
  /** What the console complained of, failed requests included. */
  readonly complaints: string[] = [];

  private constructor(
    readonly browser: Browser,
    readonly page: Page,
    private readonly end: () => void,
  ) {
    page.on('console', (line) => line.type() === 'error' && this.complaints.push(line.text()));
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  /**
   * Opens a page of the app, signed in.
   * @param path e.g. `/watch/…`
   */
  static async open(
    app: TestApp,
    path: string,
    person: { userId: string; name: string; role?: 'user' | 'admin'; scene?: Scene; tone?: number },
    { screen = 'desktop', theme = 'dark', language = 'en' }: Look = {},
  ): Promise<Sitter> {
    const folder = mkdtempSync(join(tmpdir(), 'lianmai-gallery-'));
    const media = await createFakeMedia({ color: [60, 60, 60], tone: person.tone ?? 440 });
    const camera = join(folder, 'camera.y4m');
    if (person.scene) await writeScene(camera, person.scene);
    const browser = await launchBrowser({
      fakeVideo: person.scene ? camera : media.video,
      fakeAudio: media.audio,
    });
    const phone = screen === 'phone';
    const context = await browser.newContext({
      viewport: screens[screen],
      colorScheme: theme,
      locale: language,
      hasTouch: phone,
      isMobile: phone,
      deviceScaleFactor: phone ? 2 : 1,
    });
    const page = await context.newPage();
    await page.addInitScript(settle({ language }));
    const sitter = new Sitter(browser, page, () => {
      media.remove();
      rmSync(folder, { recursive: true, force: true });
    });
    await page.goto(await signInLink(app, path, person));
    await page.waitForURL((url) => url.pathname === path.split('?')[0]);
    return sitter;
  }

  /** By test id. */
  find(testId: string, attributes = '') {
    return this.page.locator(`[data-testid="${testId}"]${attributes}`);
  }

  async click(testId: string, attributes = ''): Promise<void> {
    await this.find(testId, attributes).first().click();
  }

  async sees(testId: string, attributes = ''): Promise<void> {
    await this.find(testId, attributes).first().waitFor({ state: 'visible', timeout: 30_000 });
  }

  /** Writes docs/images/<name>.png, as the window shows it. */
  async shoot(name: string): Promise<void> {
    mkdirSync(IMAGES, { recursive: true });
    await this.page.screenshot({ path: join(IMAGES, `${name}.png`), animations: 'disabled' });
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.end();
  }
}

function settle({ language }: { language: string }): string {
  return `localStorage.setItem('lianmai.language', ${JSON.stringify(language)});`;
}

async function signInLink(
  app: TestApp,
  path: string,
  { userId, name, role = 'user' }: { userId: string; name: string; role?: 'user' | 'admin' },
): Promise<string> {
  const admin: TokenView['token'] = await app.token('admin', 'Admin', 'admin');
  const answer = await app.api<LoginLinkView>('POST', '/v1/login-links', { userId, name, role }, admin);
  const link = new URL(answer.body.url);
  link.searchParams.set('next', path);
  return link.toString();
}
