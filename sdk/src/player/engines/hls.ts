import { type Loaded, loaded, type PlayerEngine } from '../engine';

/** What is used of hls.js 1.7. */
export interface HlsLibrary {
  new (config: {
    lowLatencyMode: boolean;
    backBufferLength: number;
    maxLiveSyncPlaybackRate: number;
  }): HlsPlayer;
  isSupported(): boolean;
  getMediaSource(): { isTypeSupported(type: string): boolean } | undefined;
}
export interface HlsPlayer {
  on(event: 'hlsError', listener: (event: 'hlsError', data: { fatal: boolean }) => void): void;
  on(event: 'hlsLevelUpdated', listener: () => void): void;
  readonly liveSyncPosition: number | null;
  readonly latency: number;
  loadSource(url: string): void;
  attachMedia(element: HTMLMediaElement): void;
  destroy(): void;
}

/**
 * Further behind the live position than this, s, the player jumps there: hls.js only plays faster, and not even that when
 * it is more than a segment behind.
 */
const MAX_BEHIND_S = 3;
/** What every live stream is made of. */
const LIVE_TYPE = 'video/mp4; codecs="avc1.42E01E,mp4a.40.2"';

/**
 * LL-HLS by hls.js. Its latency is the distance to the end of the playlist, which is younger than the hub's picture by a
 * part (0.3 s) and a request.
 * @param load `() => import('hls.js')`, or `hls.js/light`, which has all that is needed
 */
export function hlsEngine(load: () => Promise<Loaded<HlsLibrary>>): PlayerEngine {
  return {
    protocol: 'hls',
    format: 'hls',
    usualLatencyMs: 3000,
    async start(video, playback, onLost) {
      const Hls = await loaded(load);
      // hls.js takes any codec that it knows for enough.
      if (!Hls.isSupported() || !Hls.getMediaSource()?.isTypeSupported(LIVE_TYPE)) return null;
      const hls = new Hls({
        lowLatencyMode: true,
        backBufferLength: 10,
        // Gently back to the live edge after a stall.
        maxLiveSyncPlaybackRate: 1.1,
      });
      hls.on('hlsError', (_, { fatal }) => {
        if (fatal) onLost();
      });
      hls.on('hlsLevelUpdated', () => catchUp(video, hls));
      video.addEventListener('ended', onLost);
      hls.loadSource(playback.hls);
      hls.attachMedia(video);
      return {
        // 0 until it knows.
        latencyMs: () => (hls.latency > 0 ? hls.latency * 1000 : null),
        destroy: () => {
          video.removeEventListener('ended', onLost);
          hls.destroy();
        },
      };
    },
  };
}

function catchUp(video: HTMLVideoElement, { liveSyncPosition }: HlsPlayer): void {
  const target = liveSyncPosition ?? 0;
  if (!video.paused && !video.seeking && target - video.currentTime > MAX_BEHIND_S)
    video.currentTime = target;
}
