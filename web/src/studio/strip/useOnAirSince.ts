import { computed, type Ref, watch } from 'vue';
import { useSessionStorage } from '@vueuse/core';
import { lianmai } from '../../app/lianmai';

/**
 * Since when the channel is on the air, ms since 1970 by the server's clock: as the server tells it, else as this tab has seen
 * it begin. null: nobody knows.
 */
export function useOnAirSince(
  channelId: string,
  isOnAir: Readonly<Ref<boolean>>,
  told: Readonly<Ref<string | null>>,
) {
  const seen = useSessionStorage<number>(`lianmai.on-air.${channelId}`, 0);
  let wasOff = false;
  watch(
    isOnAir,
    (is) => {
      if (is && wasOff) seen.value = lianmai.now();
      // Before the room is joined it looks as if it were off the air: what was seen before a reload stays.
      if (!is && wasOff) seen.value = 0;
      wasOff = !is;
    },
    { immediate: true },
  );
  return computed(() => {
    if (!isOnAir.value) return null;
    return told.value ? Date.parse(told.value) : seen.value || null;
  });
}
