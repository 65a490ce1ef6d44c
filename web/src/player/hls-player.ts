import type { LivePlayer, StartPlayer } from './live-player';

const NATIVE_TYPE = 'application/vnd.apple.mpegurl';

/** LL-HLS by hls.js, and by the browser itself only where hls.js can't work: browsers claim more than they can do. */
export const startHls: StartPlayer = async (element, url, onLost) => {
  const { default: Hls } = await import('hls.js/light');
  if (!Hls.isSupported()) return startNative(element, url, onLost);
  const hls = new Hls({
    lowLatencyMode: true,
    backBufferLength: 10,
    // Gently back to the live edge after a stall.
    maxLiveSyncPlaybackRate: 1.1,
  });
  hls.on(Hls.Events.ERROR, (_, { fatal }) => {
    if (fatal) onLost();
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
