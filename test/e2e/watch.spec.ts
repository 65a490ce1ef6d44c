import type { ShareLinkView } from '../../src/contracts';
import { violations } from '../support/browser/axe';
import { GUEST, SECOND, StoryFixture } from './support/story-fixture';

jest.setTimeout(180_000);

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1440, height: 900 };

describe('the watch page', () => {
  let story: StoryFixture;
  beforeEach(async () => (story = await StoryFixture.start()));
  afterEach(() => story.stop());

  it('can be used by everybody, on a desktop and a phone, on the air and off it', async () => {
    const viewer = await story.viewerPage(SECOND);
    await viewer.sees('player', '[data-state="off-air"]');
    expect(await violations(viewer.page)).toEqual([]);
    await story.startHostPush();
    await viewer.sees('player', '[data-state="playing"]');
    for (const size of [DESKTOP, PHONE]) {
      await viewer.page.setViewportSize(size);
      await viewer.sees('chat-input');
      expect(await violations(viewer.page)).toEqual([]);
    }
    // Turning the device over doesn't touch the player.
    await viewer.sees('player', '[data-state="playing"]');
    expect(viewer.complaints).toEqual([]);
  });

  it('flies what is said over the picture, and follows the chat until somebody reads further up', async () => {
    await story.startHostPush();
    const viewer = await story.viewerPage(SECOND);
    const other = await story.viewerPage(GUEST);
    await viewer.sees('player', '[data-state="playing"]');
    const say = async (text: string): Promise<void> => {
      await other.find('chat-input').fill(text);
      await other.click('chat-send');
      await other.find('chat-message').filter({ hasText: text }).waitFor();
    };
    await say('hello');
    await viewer.find('danmaku').getByText('hello').waitFor();
    await viewer.page.keyboard.press('d');
    await viewer.find('danmaku').waitFor({ state: 'detached' });
    await viewer.page.setViewportSize({ width: 1024, height: 520 });
    for (let n = 1; n <= 5; n++) await say(`line ${n} ${'and so on '.repeat(20)}`);
    await viewer.find('chat-message').filter({ hasText: 'line 5' }).waitFor();
    await viewer.page.locator('[role="log"]').hover();
    await viewer.page.mouse.wheel(0, -1000);
    await say('news');
    await viewer.click('new-messages');
    await viewer.find('chat-message').filter({ hasText: 'news' }).waitFor();
    await viewer.find('new-messages').waitFor({ state: 'detached' });
  });

  it('no longer says that the server is out of reach once it isn’t', async () => {
    await story.startHostPush();
    const viewer = await story.viewerPage(SECOND);
    await viewer.applyToGoOnAir();
    await viewer.sees('application-pending');
    await viewer.page.context().setOffline(true);
    await viewer.click('cancel-apply');
    const error = viewer.page.getByText('The server cannot be reached. Check');
    await error.waitFor();
    await viewer.page.context().setOffline(false);
    await error.waitFor({ state: 'detached' });
  });

  it('is open to anybody by the share link, who says their name with the first words', async () => {
    await story.startHostPush();
    const path = `/v1/channels/${story.channelId}/share-link`;
    const { code } = (await story.app.api<ShareLinkView>('POST', path, undefined, story.hostToken)).body;
    const host = await story.host();
    const page = await (await host.browser.newContext()).newPage();
    const complaints: string[] = [];
    page.on(
      'console',
      (line) => line.type() === 'error' && complaints.push(`${line.text()} ${line.location().url}`),
    );
    await page.goto(`${story.app.url}/s/${code}`);
    await page.locator('[data-testid="player"][data-state="playing"]').waitFor();
    await page.getByTestId('chat-input').fill('hello there');
    await page.getByTestId('chat-send').click();
    await page.getByTestId('visitor-name').locator('input').fill('Willi');
    await page.getByTestId('give-name').click();
    await page.getByTestId('chat-message').filter({ hasText: 'hello there' }).waitFor();
    await host.find('chat-message').filter({ hasText: 'Willi' }).waitFor();
    await page.getByTestId('like').click();
    await page.getByTestId('like').filter({ hasText: '1' }).waitFor();
    // A reload finds the same person, with their name.
    await page.reload();
    await page.getByTestId('apply').click();
    await page.getByTestId('apply-confirm').click();
    await page.getByTestId('application-pending').waitFor();
    expect(complaints).toEqual([]);
  });
});
