/** Who is heard in the call now, and who the loudest is. */
import { useIntervalFn } from '@vueuse/core';
import { onScopeDispose, type Ref, shallowRef, watch } from 'vue';
import { Ears } from '../../devices/ears';
import { SPEAKS_DB } from '../../devices/loudness';
import { LoudestOf } from './loudest';

const EVERY_MS = 100;

/** @param streams by user */
export function useVoices(streams: Readonly<Ref<ReadonlyMap<string, MediaStream>>>) {
  const speaking = shallowRef<ReadonlySet<string>>(new Set());
  const loudest = shallowRef<string | null>(null);
  const ears = new Ears();
  const picker = new LoudestOf();

  watch(streams, (now) => ears.follow(now), { immediate: true });
  useIntervalFn(() => {
    const heard = ears.levels().filter(([, decibel]) => decibel >= SPEAKS_DB);
    const isSame =
      heard.length === speaking.value.size && heard.every(([userId]) => speaking.value.has(userId));
    if (!isSame) speaking.value = new Set(heard.map(([userId]) => userId));
    loudest.value = picker.next(heard, performance.now());
  }, EVERY_MS);
  onScopeDispose(() => ears.close());
  return { speaking, loudest };
}
