/** Live playback by HTTP-FLV: waits while off air, starts by itself, comes back after a loss. */
import type Mpegts from 'mpegts.js';
import { onScopeDispose, ref, type Ref, watch } from 'vue';
import type { ChannelSource, PlaybackView } from '../contracts';
import { backoffMs } from '../lib/countdown';
import { Problem } from '../lib/problem';

export type PlayerState = 'off-air' | 'connecting' | 'playing' | 'reconnecting' | 'unsupported';

/** A picture that stands longer than this, ms, is asked for anew. The hub itself holds viewers while a host returns. */
const STALL_MS = 12_000;

interface PlayerOptions {
  /** Fresh addresses, for every attempt. */
  playback: () => Promise<PlaybackView>;
  video: Readonly<Ref<HTMLVideoElement | null>>;
  source: Readonly<Ref<ChannelSource>>;
  /** false: no playback now (the viewer is in the call himself). */
  wanted: Readonly<Ref<boolean>>;
  /** Start without sound, whatever the browser would allow. */
  startMuted?: boolean;
}

/**
 * mpegts.js 1.8 may destroy itself while the browser still appends a segment, whose end then finds null inside. The
 * player is gone by then and nothing is lost: that one fault of its own file is no error of the page.
 */
function forgiveLateAppends(event: ErrorEvent): void {
  const late = /reading '(emit|notifyBufferedPositionChanged)'/.test(event.message);
  if (late && /\/mpegts[^/]*\.js/.test(event.filename)) event.preventDefault();
}
addEventListener('error', forgiveLateAppends);

export function usePlayer({ playback, video, source, wanted, startMuted = false }: PlayerOptions) {
  const state = ref<PlayerState>('off-air');
  const muted = ref(startMuted);
  let player: Mpegts.Player | null = null;
  let attempt = 0;
  /** Rises at every start and stop: what belongs to an older run does nothing. */
  let run = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let movedAt = 0;

  function drop(): void {
    run += 1;
    clearTimeout(timer);
    player?.destroy();
    player = null;
  }

  function lost(mine: number): void {
    if (mine !== run) return;
    drop();
    state.value = 'reconnecting';
    timer = setTimeout(() => void start(), backoffMs(attempt++));
  }

  async function start(): Promise<void> {
    drop();
    const mine = run;
    if (state.value !== 'reconnecting') state.value = 'connecting';
    try {
      const [{ default: mpegts }, { flv }] = await Promise.all([import('mpegts.js'), playback()]);
      const element = video.value;
      if (mine !== run || !element) return;
      if (!mpegts.isSupported()) return void (state.value = 'unsupported');
      mpegts.LoggingControl.enableAll = false;
      player = mpegts.createPlayer(
        { type: 'flv', isLive: true, url: flv },
        {
          enableStashBuffer: false,
          lazyLoad: false,
          autoCleanupSourceBuffer: true,
          liveBufferLatencyChasing: true,
          liveBufferLatencyMaxLatency: 1.5,
          liveBufferLatencyMinRemain: 0.4,
        },
      );
      player.on(mpegts.Events.ERROR, () => lost(mine));
      player.on(mpegts.Events.LOADING_COMPLETE, () => lost(mine));
      player.attachMediaElement(element);
      player.load();
      movedAt = Date.now();
      await play(element);
    } catch (error) {
      if (mine === run && Problem.of(error).code !== 'channel_not_found') lost(mine);
    }
  }

  /** Browsers may refuse to start with sound before the first click: then it starts without. */
  async function play(element: HTMLVideoElement): Promise<void> {
    element.muted = muted.value;
    try {
      await element.play();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError' || element.muted) return;
      element.muted = muted.value = true;
      await element.play().catch(() => undefined);
    }
  }

  function setMuted(value: boolean): void {
    muted.value = value;
    const element = video.value;
    if (!element) return;
    element.muted = value;
    if (!value && player) void play(element);
  }

  function onTime(): void {
    movedAt = Date.now();
    if (!player) return;
    attempt = 0;
    state.value = 'playing';
  }

  watch(video, (element, _, onCleanup) => {
    element?.addEventListener('timeupdate', onTime);
    onCleanup(() => element?.removeEventListener('timeupdate', onTime));
  });
  // host -> mix and back is no reason to touch a running player: the hub changes over inside the stream.
  watch(
    () => Boolean(video.value) && wanted.value && source.value !== 'none',
    (go) => {
      attempt = 0;
      if (go) return void start();
      drop();
      state.value = 'off-air';
    },
    { immediate: true },
  );
  const watchdog = setInterval(() => {
    const stands = player && !document.hidden && Date.now() - movedAt > STALL_MS;
    if (stands) lost(run);
  }, 1000);
  onScopeDispose(() => {
    clearInterval(watchdog);
    drop();
  });

  return { state, muted, setMuted };
}
