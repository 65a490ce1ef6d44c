import type { StreamMessage } from '../../contracts';
import { type Loaded, loaded, type PlayerEngine } from '../engine';
import { MessageLine, type SeiMessage } from './stream-messages';

/** What is used of mpegts.js 1.8. */
export interface Mpegts {
  isSupported(): boolean;
  createPlayer(source: { type: string; isLive: boolean; url: string }, config: object): MpegtsPlayer;
  readonly Events: {
    readonly ERROR: string;
    readonly LOADING_COMPLETE: string;
    /** Absent in mpegts.js before 1.8: then there are no messages. */
    readonly SEI_ARRIVED?: string;
  };
  readonly LoggingControl: { enableAll: boolean };
}
export interface MpegtsPlayer {
  on(event: string, listener: (data: SeiMessage) => void): void;
  attachMediaElement(element: HTMLMediaElement): void;
  load(): void;
  destroy(): void;
}

const CONFIG = {
  enableStashBuffer: false,
  lazyLoad: false,
  autoCleanupSourceBuffer: true,
  liveBufferLatencyChasing: true,
  liveBufferLatencyMaxLatency: 1.5,
  liveBufferLatencyMinRemain: 0.4,
};

/**
 * HTTP-FLV: the shortest delay, but not on iPhones. Its latency is what waits in the player's buffer; the way from the
 * hub to the device isn't in it.
 * @param load `() => import('mpegts.js')`
 * @param onMessage what the stream says beside its pictures, as they are shown
 */
export function flvEngine(
  load: () => Promise<Loaded<Mpegts>>,
  onMessage: (message: StreamMessage) => void = () => undefined,
): PlayerEngine {
  return {
    protocol: 'flv',
    format: 'flv',
    usualLatencyMs: 1500,
    async start(video, { flv }, onLost) {
      const mpegts = await loaded(load);
      if (!mpegts.isSupported()) return null;
      hushLateAppends();
      mpegts.LoggingControl.enableAll = false;
      const player = mpegts.createPlayer({ type: 'flv', isLive: true, url: flv }, CONFIG);
      player.on(mpegts.Events.ERROR, onLost);
      player.on(mpegts.Events.LOADING_COMPLETE, onLost);
      const messages = new MessageLine(onMessage);
      const { SEI_ARRIVED } = mpegts.Events;
      if (SEI_ARRIVED) player.on(SEI_ARRIVED, (sei) => messages.take(sei, bufferedMs(video) ?? 0));
      player.attachMediaElement(video);
      player.load();
      return {
        latencyMs: () => bufferedMs(video),
        destroy: () => {
          messages.close();
          player.destroy();
        },
      };
    },
  };
}

function bufferedMs({ buffered, currentTime }: HTMLVideoElement): number | null {
  if (buffered.length === 0) return null;
  return Math.max(0, (buffered.end(buffered.length - 1) - currentTime) * 1000);
}

let hushed = false;

/**
 * mpegts.js 1.8 may destroy itself while the browser still appends a segment, or while a segment waits in a promise:
 * these then read from null. The player is gone by then and nothing is lost, so this is no error of the page.
 */
function hushLateAppends(): void {
  if (hushed) return;
  hushed = true;
  addEventListener('error', (event) => {
    if (isLateAppend(event.message, event.filename)) event.preventDefault();
  });
  addEventListener('unhandledrejection', (event) => {
    const { reason } = event as { reason: unknown };
    if (reason instanceof TypeError && isLateAppend(reason.message, reason.stack ?? ''))
      event.preventDefault();
  });
}

function isLateAppend(message: string, where: string): boolean {
  return /reading '(emit|notifyBufferedPositionChanged)'/.test(message) && /\/mpegts[^/]*\.js/.test(where);
}
