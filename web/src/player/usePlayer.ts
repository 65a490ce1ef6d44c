/** Live playback: waits while off air, starts by itself, comes back after a loss. */
import { computed, onScopeDispose, ref, type Ref, shallowRef, watch } from 'vue';
import type { ChannelSource, PlaybackView } from '../contracts';
import { API_BACKOFF, LianmaiError, Retry } from '@lianmai/client';
import { startFlv } from './flv-player';
import { startHls } from './hls-player';
import type { LivePlayer, PlayerFormat } from './live-player';

/** `refused`: this user may not watch, and no further try changes that (`problem` says why). */
export type PlayerState = 'off-air' | 'connecting' | 'playing' | 'reconnecting' | 'unsupported' | 'refused';

/** A picture that stands still longer than this, ms, is fetched again. The hub itself holds viewers while a host returns. */
const STALL_MS = 12_000;

/** HTTP statuses of answers that are the same at the next try. */
const REFUSALS: ReadonlySet<number> = new Set([403, 404]);

interface PlayerOptions {
  /** Fresh addresses, for every attempt. */
  playback: () => Promise<PlaybackView>;
  video: Readonly<Ref<HTMLVideoElement | null>>;
  source: Readonly<Ref<ChannelSource>>;
  /** false: no playback now (the viewer is in the call). */
  wanted: Readonly<Ref<boolean>>;
  /** Start without sound, whatever the browser would allow. */
  startMuted?: boolean;
}

export function usePlayer({ playback, video, source, wanted, startMuted = false }: PlayerOptions) {
  const state = ref<PlayerState>('off-air');
  const problem = shallowRef<LianmaiError | null>(null);
  const muted = ref(startMuted);
  const format = ref<PlayerFormat>('flv');
  /** Formats that this browser turned out not to play. */
  const refused = ref(new Set<PlayerFormat>());
  let player: LivePlayer | null = null;
  const retry = new Retry(API_BACKOFF);
  /** Rises at every start and stop: what belongs to an older run does nothing. */
  let run = 0;
  let movedAt = 0;

  function drop(): void {
    run += 1;
    retry.cancel();
    player?.destroy();
    player = null;
  }

  function lost(mine: number): void {
    if (mine !== run) return;
    drop();
    state.value = 'reconnecting';
    retry.later(() => void start());
  }

  async function start(): Promise<void> {
    drop();
    const mine = run;
    problem.value = null;
    if (state.value !== 'reconnecting') state.value = 'connecting';
    try {
      const addresses = await playback();
      const element = video.value;
      if (mine !== run || !element) return;
      const started = await begin(element, addresses, () => lost(mine));
      if (mine !== run) return started?.destroy();
      if (!started) return void (state.value = 'unsupported');
      player = started;
      movedAt = Date.now();
      await play(element);
    } catch (error) {
      failed(mine, LianmaiError.of(error));
    }
  }

  function failed(mine: number, why: LianmaiError): void {
    if (mine !== run) return;
    if (!REFUSALS.has(why.status)) return lost(mine);
    drop();
    state.value = 'refused';
    problem.value = why;
  }

  /** What kept the viewer out may be over. */
  function again(): void {
    if (state.value === 'refused') void start();
  }

  /** In the chosen format, else in the other: iPhones have no FLV. */
  async function begin(
    element: HTMLVideoElement,
    addresses: PlaybackView,
    onLost: () => void,
  ): Promise<LivePlayer | null> {
    const started = await (format.value === 'flv'
      ? startFlv(element, addresses.flv, onLost)
      : startHls(element, addresses.hls, onLost));
    if (started) return started;
    refused.value.add(format.value);
    if (refused.value.size > 1) return null;
    format.value = format.value === 'flv' ? 'hls' : 'flv';
    return begin(element, addresses, onLost);
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

  /** The viewer picks how the picture comes. */
  function setFormat(value: PlayerFormat): void {
    if (value === format.value) return;
    format.value = value;
    retry.reset();
    if (state.value !== 'off-air') void start();
  }

  function onTime(): void {
    movedAt = Date.now();
    if (!player) return;
    retry.reset();
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
      retry.reset();
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

  const choice = computed(() => refused.value.size === 0);
  return { state, problem, again, muted, setMuted, format, setFormat, choice };
}
