import type { StartPlayer } from './live-player';

/**
 * mpegts.js 1.8 may destroy itself while the browser still appends a segment, or while a segment waits in a promise:
 * these then read from null. The player is gone by then and nothing is lost, so this is no error of the page.
 */
function isLateAppend(message: string, where: string): boolean {
  return /reading '(emit|notifyBufferedPositionChanged)'/.test(message) && /\/mpegts[^/]*\.js/.test(where);
}
addEventListener('error', (event) => {
  if (isLateAppend(event.message, event.filename)) event.preventDefault();
});
addEventListener('unhandledrejection', (event) => {
  const { reason } = event as { reason: unknown };
  if (reason instanceof TypeError && isLateAppend(reason.message, reason.stack ?? '')) event.preventDefault();
});

/** HTTP-FLV by mpegts.js: the shortest delay, but not on iPhones. */
export const startFlv: StartPlayer = async (element, url, onLost) => {
  const { default: mpegts } = await import('mpegts.js');
  if (!mpegts.isSupported()) return null;
  mpegts.LoggingControl.enableAll = false;
  const player = mpegts.createPlayer(
    { type: 'flv', isLive: true, url },
    {
      enableStashBuffer: false,
      lazyLoad: false,
      autoCleanupSourceBuffer: true,
      liveBufferLatencyChasing: true,
      liveBufferLatencyMaxLatency: 1.5,
      liveBufferLatencyMinRemain: 0.4,
    },
  );
  player.on(mpegts.Events.ERROR, onLost);
  player.on(mpegts.Events.LOADING_COMPLETE, onLost);
  player.attachMediaElement(element);
  player.load();
  return player;
};
