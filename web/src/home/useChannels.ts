import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { api } from '../app/lianmai';
import { user } from '../app/session';
import { errorText } from '../i18n';

const EVERY_MS = 4000;

/** All channels, fetched anew while somebody looks at the page. */
export function useChannels() {
  const query = useQuery({
    queryKey: ['channels'],
    queryFn: () => api.listChannels(),
    refetchInterval: EVERY_MS,
  });
  const all = computed(() => query.data.value ?? []);
  return {
    all,
    loading: query.isPending,
    problem: computed(() => (query.error.value ? errorText(query.error.value) : '')),
    /** Those with most viewers first. */
    live: computed(() =>
      all.value.filter(({ source }) => source !== 'none').sort((a, b) => b.viewers - a.viewers),
    ),
    mine: computed(() => all.value.filter(({ ownerId }) => ownerId === user.value?.id)),
    refresh: () => query.refetch(),
  };
}
