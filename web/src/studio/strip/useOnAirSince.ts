import { computed, type Ref, watch } from 'vue';
import { useIntervalFn, useSessionStorage } from '@vueuse/core';
import { lianmai } from '../../app/lianmai';

/** What this tab has seen is good for so long after it looked last, ms: over a reload, and no longer. */
const GOOD_MS = 10_000;
const LOOKS_EVERY_MS = 2000;

/**
 * Since when the channel is on the air, ms since 1970 by the server's clock: as the server tells it, else as this tab has seen
 * it begin. null: nobody knows.
 * @param joined whether what is on the air is known
 */
export function useOnAirSince(
  channelId: string,
  isOnAir: Readonly<Ref<boolean>>,
  joined: Readonly<Ref<boolean>>,
  told: Readonly<Ref<string | null>>,
) {
  /** `at`: when it looked last. Both ms since 1970; 0: never. */
  const seen = useSessionStorage(`lianmai.on-air.${channelId}`, { since: 0, at: 0 });
  if (Date.now() - seen.value.at > GOOD_MS) seen.value = { since: 0, at: 0 };
  /** Known, since it looked: before the room is joined it only seems so. */
  let wasOff = false;
  watch(isOnAir, (is) => {
    if (is && wasOff) seen.value = { since: lianmai.now(), at: Date.now() };
    wasOff = false;
  });
  useIntervalFn(() => {
    wasOff = joined.value && !isOnAir.value;
    if (wasOff) seen.value = { since: 0, at: 0 };
    else if (seen.value.since > 0) seen.value = { ...seen.value, at: Date.now() };
  }, LOOKS_EVERY_MS);
  return computed(() => {
    if (!isOnAir.value) return null;
    return told.value ? Date.parse(told.value) : seen.value.since || null;
  });
}
