import { useTimeoutFn } from '@vueuse/core';
import { computed, type Ref, shallowRef, watch } from 'vue';
import { api } from '../../app/lianmai';
import type { ChannelSource, ChannelView, HandOverView } from '../../contracts';

/** Players report what they saw within this time, ms. */
const REPORTED_MS = 15_000;

/** The changes of the channel's source, newest first. */
export function useHandOvers(
  channel: Readonly<Ref<ChannelView | null>>,
  source: Readonly<Ref<ChannelSource>>,
) {
  const handOvers = shallowRef<readonly HandOverView[]>([]);
  async function fetch(): Promise<void> {
    if (!channel.value) return;
    handOvers.value = await api.listHandOvers(channel.value.id).catch(() => handOvers.value);
  }
  const later = useTimeoutFn(() => void fetch(), REPORTED_MS, { immediate: false });
  watch(
    [source, () => channel.value?.id],
    () => {
      void fetch();
      later.start();
    },
    { immediate: true },
  );
  return {
    /** Of the newest that viewers saw, ms. */
    gapMs: computed(() => handOvers.value.find(({ gapMs }) => gapMs)?.gapMs?.max ?? null),
    /** When what is on the air began, ISO; null: not known. */
    since: computed(() => handOvers.value.find(({ from }) => from === 'none')?.at ?? null),
  };
}
