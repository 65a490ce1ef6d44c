/** What a show was, as far as this page has seen it. */
import { computed, type Ref, ref, watch } from 'vue';
import type { ChannelSource } from '../contracts';
import { useNow } from '../ui/useNow';

export function useSummary(source: Readonly<Ref<ChannelSource>>, here: Readonly<Ref<number>>) {
  const now = useNow(1000);
  const since = ref<number | null>(null);
  const until = ref<number | null>(null);
  const most = ref(0);
  watch(
    source,
    (is) => {
      if (is === 'none') return void (until.value = since.value === null ? null : now.value);
      if (since.value === null || until.value !== null) {
        since.value = now.value;
        most.value = 0;
      }
      until.value = null;
    },
    { immediate: true },
  );
  watch([here, source], ([count, is]) => is !== 'none' && (most.value = Math.max(most.value, count)));
  return {
    /** The show that was seen here is over. */
    ended: computed(() => until.value !== null),
    minutes: computed(() => Math.round(((until.value ?? now.value) - (since.value ?? now.value)) / 60_000)),
    /** The most people that were here at once. */
    most,
  };
}

export type Summary = ReturnType<typeof useSummary>;
