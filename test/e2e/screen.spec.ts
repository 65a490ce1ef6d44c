import type { MixingMode } from '../../src/contracts';
import { layoutTiles, type Tile } from '../../src/shared/layout';
import type { FlvCapture } from '../support/media/flv-capture';
import { closeTo, type FlvProbe, type Rect, type Rgb } from '../support/media/flv-probe';
import { until } from '../support/waiting/until';
import { probeCapture } from './support/probe-capture';
import type { Person } from './support/person';
import { CANVAS, firstGrid, GUEST, HOST, OWN, StoryFixture } from './support/story-fixture';

jest.setTimeout(180_000);

/** Chromium's own test picture stands for the screen; at its edges it is plain. */
const SCREEN: Rgb = [0, 135, 0];
const TOLERANCE = 35;

let story: StoryFixture;
afterEach(() => story.stop());

it.each<MixingMode>(['server', 'client'])(
  'a guest shares their screen: the host and viewers see it large, mode %s',
  async (mode) => {
    story = await StoryFixture.start();
    await story.setMixingMode(mode);
    const { viewer, host, guest } = await story.coHosting();
    await viewer.play(1500);
    await host.click('layout-screen');

    await takeSmallScreens(guest);
    await guest.click('share-screen');
    await guest.sees('screen-tile', ofGuest);
    await host.sees('screen-tile', ofGuest);
    await until(() => host.page.evaluate<boolean>(showsPicture));
    await viewer.play(3000);
    const sharing = seconds(viewer);
    // One's own camera off is one thing, one's screen another.
    await guest.click('camera-off');
    await viewer.play(2500);
    const withoutCamera = seconds(viewer);
    // As by the browser's own button.
    await guest.page.evaluate(
      `document.querySelector('[data-testid="screen-tile"] video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))`,
    );
    for (const person of [guest, host]) await person.find('screen-tile').waitFor({ state: 'detached' });
    await viewer.play(3000);

    const probe = await probeCapture(viewer);
    const own = probe.firstTimeWith(OWN.color);
    expect(firstGrid(probe, [HOST, GUEST], own)).not.toBe(-1);
    expect(colorsAt(probe, sharing - 0.5)).toEqual(['screen', HOST.name, GUEST.name]);
    expect(colorsAt(probe, withoutCamera - 0.5)).toEqual(['screen', HOST.name, 'none']);
    expect(colorsAt(probe, probe.frames.length / probe.options.fps - 0.5)[0]).not.toBe('screen');
    expect([...host.complaints, ...guest.complaints]).toEqual([]);
  },
);

const ofGuest = `[data-user-id="${GUEST.userId}"]`;
const showsPicture = `document.querySelector('[data-testid="screen-tile"] video').videoWidth > 0`;

function seconds(viewer: FlvCapture): number {
  return (viewer.last!.dtsMs - viewer.tags[0]!.dtsMs) / 1000;
}

/** Two cores carry the browsers, the encoders and the app. */
async function takeSmallScreens({ page }: Person): Promise<void> {
  await page.evaluate(`{
    const devices = navigator.mediaDevices;
    const original = devices.getDisplayMedia.bind(devices);
    devices.getDisplayMedia = (asked) =>
      original({ ...asked, video: { ...asked.video, width: 640, height: 360, frameRate: 10 } });
  }`);
}

/** What is seen at a time (s): large, and in the tiles of the host and the guest. */
function colorsAt(probe: FlvProbe, at: number): string[] {
  const seats = [HOST, GUEST].map(({ userId }, seat) => ({ userId, seat, screen: userId === GUEST.userId }));
  const tiles = layoutTiles({ kind: 'screen', fit: 'crop', background: '#000000' }, seats, CANVAS);
  const palette: Record<string, Rgb> = { screen: SCREEN, [HOST.name]: HOST.color, [GUEST.name]: GUEST.color };
  return tiles.map((tile) => {
    const seen = probe.color(Math.floor(at * probe.options.fps), leftOf(tile, probe.options));
    return Object.keys(palette).find((name) => closeTo(seen, palette[name]!, TOLERANCE)) ?? 'none';
  });
}

/** Halfway down, beside what moves in the middle of Chromium's picture. */
function leftOf(tile: Tile, picture: { width: number; height: number }): Rect {
  const [across, down] = [picture.width / CANVAS.width, picture.height / CANVAS.height];
  return {
    x: Math.round((tile.x + tile.width * 0.08) * across),
    y: Math.round((tile.y + tile.height * 0.45) * down),
    width: Math.max(1, Math.round(tile.width * 0.08 * across)),
    height: Math.max(1, Math.round(tile.height * 0.1 * down)),
  };
}
