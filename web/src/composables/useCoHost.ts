import { computed, ref } from 'vue';
import { api } from '../api';
import type { CoHostView } from '../contracts';
import { useIm } from './useIm';
import { useLatest } from './useLatest';

const ACTIVE: readonly CoHostView['state'][] = ['connecting', 'live', 'ending'];

/** The co-host session of a channel, kept up to date; null where there has been none. */
export function useCoHost(channelId: string) {
  const im = useIm();
  const session = ref<CoHostView | null>(null);
  const told = useLatest<CoHostView | null>(
    async () => (await api.getCoHost(channelId)) ?? null,
    (view) => (session.value = view),
  );
  im.on('co-host:session', (view) => {
    if (view.channelId === channelId) told(view);
  });

  return {
    session,
    active: computed(() => (session.value && ACTIVE.includes(session.value.state) ? session.value : null)),
    told,
  };
}

export type CoHost = ReturnType<typeof useCoHost>;
