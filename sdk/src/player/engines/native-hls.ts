import type { PlayerEngine } from '../engine';

const TYPE = 'application/vnd.apple.mpegurl';
const LOST = ['error', 'ended'];

/** HLS by the browser itself, for iPhones; behind hlsEngine, since browsers claim formats that they play badly. */
export function nativeHlsEngine(): PlayerEngine {
  return {
    protocol: 'native-hls',
    format: 'hls',
    usualLatencyMs: 8000,
    start(video, { hls }, onLost) {
      if (!video.canPlayType(TYPE)) return Promise.resolve(null);
      for (const event of LOST) video.addEventListener(event, onLost);
      video.src = hls;
      return Promise.resolve({
        latencyMs: () => null,
        destroy: () => {
          for (const event of LOST) video.removeEventListener(event, onLost);
          video.removeAttribute('src');
          video.load();
        },
      });
    },
  };
}
