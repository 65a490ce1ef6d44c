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
  const latest = useLatest<CoHostView | null>((view) => (session.value = view));

  async function refresh(): Promise<void> {
    try {
      await latest.fetched(async () => (await api.getCoHost(channelId)) ?? null);
    } catch {
      // The server is away: what is shown stays, and the next connect asks again.
    }
  }
  im.onConnect(() => void refresh());
  im.on('co-host:session', (view) => {
    if (view.channelId === channelId) latest.told(view);
  });

  return {
    session,
    active: computed(() => (session.value && ACTIVE.includes(session.value.state) ? session.value : null)),
    refresh,
    told: (view: CoHostView) => latest.told(view),
  };
}

export type CoHost = ReturnType<typeof useCoHost>;
