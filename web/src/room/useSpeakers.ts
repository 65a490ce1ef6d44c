import { useIntervalFn } from '@vueuse/core';
import { onScopeDispose, type Ref, shallowRef, watch } from 'vue';
import { Ears } from '../devices/ears';
import { SPEAKS_DB } from '../devices/loudness';

const EVERY_MS = 100;
/** A pause between two words is no silence, ms. */
const HOLD_MS = 400;

/** Who of these people speaks now, by what their streams carry. To be called in a component's setup. */
export function useSpeakers(
  streams: Readonly<Ref<ReadonlyMap<string, MediaStream>>>,
): Readonly<Ref<ReadonlySet<string>>> {
  const speaking = shallowRef<ReadonlySet<string>>(new Set());
  const loudAt = new Map<string, number>();
  const ears = new Ears();

  function measure(): void {
    const now = performance.now();
    const levels = ears.levels();
    for (const [userId, decibel] of levels) if (decibel >= SPEAKS_DB) loudAt.set(userId, now);
    const isHeld = (userId: string) => now - (loudAt.get(userId) ?? -Infinity) < HOLD_MS;
    const who = levels.map(([userId]) => userId).filter(isHeld);
    if (who.join() !== [...speaking.value].join()) speaking.value = new Set(who);
  }

  watch(
    streams,
    (now) => {
      ears.follow(now);
      for (const userId of loudAt.keys()) if (!now.has(userId)) loudAt.delete(userId);
    },
    { immediate: true },
  );
  useIntervalFn(measure, EVERY_MS);
  onScopeDispose(() => ears.close());
  return speaking;
}
