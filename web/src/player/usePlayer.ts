/** Live playback in a component's video element, from when it is mounted. */
import {
  type ConferenceWatch,
  flvEngine,
  hlsEngine,
  type MixStreamMessage,
  nativeHlsEngine,
  type Player,
  type PlayerFormat,
  type PlayerState,
  type Room,
} from '@lianmai/client';
import { computed, onMounted, onScopeDispose, type Ref, shallowRef, watch } from 'vue';
import { lianmai } from '../app/lianmai';
import { followLater } from '../app/readable';

interface PlayerOptions {
  of: Room | ConferenceWatch;
  video: Readonly<Ref<HTMLVideoElement | null>>;
  /** false: no playback now (the viewer is in the call). */
  wanted: Readonly<Ref<boolean>>;
  /** Start without sound, whatever the browser would allow. */
  startMuted?: boolean;
}

export function usePlayer({ of, video, wanted, startMuted = false }: PlayerOptions) {
  const player = shallowRef<Player | null>(null);
  const mix = shallowRef<MixStreamMessage | null>(null);
  const engines = [
    flvEngine(
      () => import('mpegts.js'),
      (message) => message.type === 'mix' && (mix.value = message),
    ),
    hlsEngine(() => import('hls.js/light')),
    nativeHlsEngine(),
  ];
  onMounted(() => {
    if (!video.value) return;
    player.value = lianmai.player(of, {
      ...{ video: video.value, engines },
      ...{ muted: startMuted, wanted: wanted.value },
    });
  });
  watch(wanted, (is) => player.value?.want(is));
  onScopeDispose(() => player.value?.close());

  const formats = followLater(player, (it) => it.formats, []);
  return {
    state: followLater<Player, PlayerState>(player, (it) => it.state, 'off-air'),
    problem: followLater(player, (it) => it.problem, null),
    muted: followLater(player, (it) => it.muted, startMuted),
    setMuted: (muted: boolean) => player.value?.setMuted(muted),
    format: followLater<Player, PlayerFormat>(player, (it) => it.format, 'flv'),
    setFormat: (format: PlayerFormat) => player.value?.setFormat(format),
    formats,
    /** What the mixer last said of its picture, with FLV; null: nothing yet. */
    mix,
    /** How far the screen is behind, ms; null: not known. */
    latencyMs: followLater(player, (it) => it.latencyMs, null),
    /** Is there another format to pick? */
    choice: computed(() => formats.value.length > 1),
  };
}
