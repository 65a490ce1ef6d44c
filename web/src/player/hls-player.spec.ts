import { startHls } from './hls-player';

let takesH264 = false;
const attachMedia = jest.fn();

class MockHls {
  static Events: object = {};
  /** VP9 is enough for it. */
  static isSupported(this: void): boolean {
    return true;
  }
  static getMediaSource(this: void): object {
    return { isTypeSupported: (type: string) => takesH264 || !type.includes('avc1') };
  }
  attachMedia = attachMedia;
  on(): void {}
  loadSource(): void {}
}
jest.mock('hls.js/light', () => ({
  __esModule: true,
  get default() {
    return MockHls;
  },
}));

it.each([true, false])(
  'plays where the browser takes H.264, and says so where it does not: %s',
  async (can) => {
    takesH264 = can;
    attachMedia.mockClear();
    const element = {
      canPlayType: () => '',
      addEventListener: () => undefined,
    } as unknown as HTMLVideoElement;
    const player = await startHls(element, 'http://node/live/room.m3u8', () => undefined);
    expect(player !== null).toBe(can);
    expect(attachMedia).toHaveBeenCalledTimes(can ? 1 : 0);
  },
);
