import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed } from 'vue';
import { useRouter } from 'vue-router';
import { api } from '../app/lianmai';
import { useAction } from '../ui/useAction';

/** A synthetic host and guest at one press. Not every server offers it. */
export function useDemo() {
  const cache = useQueryClient();
  const router = useRouter();
  const { busy, error, run } = useAction();
  const query = useQuery({
    queryKey: ['demo'],
    queryFn: () => api.getDemo().catch(() => null),
    refetchInterval: 5000,
  });
  const start = () =>
    run(async () => {
      const demo = query.data.value;
      const channelId = demo?.running ? demo.channelId : (await api.startDemo()).channelId;
      await cache.invalidateQueries({ queryKey: ['demo'] });
      await router.push(`/watch/${channelId}`);
    });
  return {
    offered: computed(() => Boolean(query.data.value)),
    running: computed(() => query.data.value?.running ?? false),
    ...{ busy, error, start },
  };
}
