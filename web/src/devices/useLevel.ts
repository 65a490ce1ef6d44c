import { useIntervalFn } from '@vueuse/core';
import { onScopeDispose, type Ref, ref, watch } from 'vue';
import { Ears } from './ears';
import { SPEAKS_DB } from './loudness';

/** Below it, dB, a meter shows nothing. */
const FLOOR_DB = -60;
const EVERY_MS = 60;

/** How loud a stream is: `level` 0 .. 1 for meters, `decibel` (dBFS, root mean square), `speaking`. */
export function useLevel(stream: Readonly<Ref<MediaStream | null>>) {
  const level = ref(0);
  const decibel = ref(-Infinity);
  const speaking = ref(false);
  const ears = new Ears();

  watch(
    () => stream.value?.getAudioTracks()[0],
    () => {
      [level.value, speaking.value] = [0, false];
      ears.follow(new Map(stream.value ? [['own', stream.value]] : []));
    },
    { immediate: true },
  );
  useIntervalFn(() => {
    for (const [, now] of ears.levels()) {
      decibel.value = now;
      level.value = Math.min(1, Math.max(0, 1 - now / FLOOR_DB));
      speaking.value = now >= SPEAKS_DB;
    }
  }, EVERY_MS);
  onScopeDispose(() => ears.close());
  return { level, decibel, speaking };
}
