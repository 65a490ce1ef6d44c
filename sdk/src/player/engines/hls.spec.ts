import type { PlaybackView } from '../../contracts';
import { hlsEngine, type HlsLibrary } from './hls';

let takesH264 = false;
const attachMedia = jest.fn();

class MockHls {
  /** VP9 is enough for it. */
  static isSupported(this: void): boolean {
    return true;
  }
  static getMediaSource(this: void): { isTypeSupported: (type: string) => boolean } {
    return { isTypeSupported: (type) => takesH264 || !type.includes('avc1') };
  }
  latency = 0;
  liveSyncPosition = null;
  attachMedia = attachMedia;
  on(): void {}
  loadSource(): void {}
  destroy(): void {}
}
const playback = { hls: 'http://node/live/room.m3u8' } as PlaybackView;
const start = (module: { default: HlsLibrary | { default: HlsLibrary } }) =>
  hlsEngine(() => Promise.resolve(module)).start(
    new EventTarget() as HTMLVideoElement,
    playback,
    () => undefined,
  );

it.each([true, false])(
  'plays where the browser takes H.264, and says so where it does not: %s',
  async (can) => {
    takesH264 = can;
    attachMedia.mockClear();
    const running = await start({ default: MockHls });
    expect(running !== null).toBe(can);
    expect(attachMedia).toHaveBeenCalledTimes(can ? 1 : 0);
  },
);

it('takes the library as CommonJS bundlers hand it out, and tells a latency when it knows one', async () => {
  takesH264 = true;
  const running = await start({ default: { default: MockHls } });
  expect(running?.latencyMs()).toBeNull();
});
