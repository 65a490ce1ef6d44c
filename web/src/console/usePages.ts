/** A list of the API page by page, newest first. */
import { useInfiniteQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import type { ListView } from '../contracts';
import { errorText } from '../i18n';

/**
 * @param key names the list for the cache; with what it is filtered by
 * @param refetchMs how often it is asked for again while somebody looks; default: not by itself
 */
export function usePages<T>(
  key: MaybeRefOrGetter<readonly unknown[]>,
  load: (cursor: string | null) => Promise<ListView<T>>,
  refetchMs?: number,
) {
  const query = useInfiniteQuery({
    queryKey: computed(() => toValue(key)),
    queryFn: ({ pageParam }) => load(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    ...(refetchMs ? { refetchInterval: refetchMs } : {}),
  });
  return {
    items: computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? []),
    loading: query.isPending,
    problem: computed(() => (query.error.value ? errorText(query.error.value) : '')),
    hasMore: query.hasNextPage,
    more: () => query.fetchNextPage(),
    refresh: () => query.refetch(),
  };
}
