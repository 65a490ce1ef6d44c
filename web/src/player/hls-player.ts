import type { LivePlayer, StartPlayer } from './live-player';

/**
 * Further behind the live position than this, s, the player jumps there: hls.js only plays faster, and not even that when
 * it is more than a segment behind.
 */
const MAX_BEHIND_S = 3;
/** What every live stream is made of. */
const LIVE_TYPE = 'video/mp4; codecs="avc1.42E01E,mp4a.40.2"';
const NATIVE_TYPE = 'application/vnd.apple.mpegurl';

/** LL-HLS by hls.js, and by the browser itself only where hls.js can't work: browsers claim formats that they play badly. */
export const startHls: StartPlayer = async (element, url, onLost) => {
  const { default: Hls } = await import('hls.js/light');
  // hls.js takes any codec that it knows for enough.
  const plays = Hls.isSupported() && Hls.getMediaSource()?.isTypeSupported(LIVE_TYPE);
  if (!plays) return startNative(element, url, onLost);
  const hls = new Hls({
    lowLatencyMode: true,
    backBufferLength: 10,
    // Gently back to the live edge after a stall.
    maxLiveSyncPlaybackRate: 1.1,
  });
  hls.on(Hls.Events.ERROR, (_, { fatal }) => {
    if (fatal) onLost();
  });
  hls.on(Hls.Events.LEVEL_UPDATED, () => {
    const target = hls.liveSyncPosition ?? 0;
    if (!element.paused && !element.seeking && target - element.currentTime > MAX_BEHIND_S)
      element.currentTime = target;
  });
  element.addEventListener('ended', onLost);
  hls.loadSource(url);
  hls.attachMedia(element);
  return {
    destroy: () => {
      element.removeEventListener('ended', onLost);
      hls.destroy();
    },
  };
};

function startNative(element: HTMLVideoElement, url: string, onLost: () => void): LivePlayer | null {
  if (!element.canPlayType(NATIVE_TYPE)) return null;
  for (const event of ['error', 'ended']) element.addEventListener(event, onLost);
  element.src = url;
  return {
    destroy: () => {
      for (const event of ['error', 'ended']) element.removeEventListener(event, onLost);
      element.removeAttribute('src');
      element.load();
    },
  };
}
