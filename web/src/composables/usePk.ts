import { computed, ref } from 'vue';
import { api } from '../api';
import type { PkMatchView, PkSideView } from '../contracts';
import { useIm } from './useIm';
import { useLatest } from './useLatest';
import { useNow } from './useNow';

/** How long a result stays on the page, ms. */
const RESULT_MS = 15_000;
const OVER: readonly PkMatchView['state'][] = ['ended', 'failed'];

/** The match on a channel, kept up to date, with its result for a while. */
export function usePk(channelId: string) {
  const im = useIm();
  const now = useNow();
  const match = ref<PkMatchView | null>(null);
  const told = useLatest<PkMatchView | null>(
    async () => (await api.getPk(channelId)) ?? null,
    (view) => (match.value = view),
  );
  im.on('pk:match', (view) => {
    if (view.sides.some((side) => side.channelId === channelId)) told(view);
  });
  im.on('pk:points', ({ matchId, channelId: scored, points }) => {
    const side = match.value?.id === matchId && match.value.sides.find((one) => one.channelId === scored);
    // Signals of two processes may overtake each other; points only rise.
    if (side) side.points = Math.max(side.points, points);
  });

  const side = (own: boolean): PkSideView | null =>
    match.value?.sides.find((one) => (one.channelId === channelId) === own) ?? null;
  const active = computed(() => (match.value && !OVER.includes(match.value.state) ? match.value : null));

  return {
    active,
    /** The match, or the result of one that was just over. */
    shown: computed(() => {
      const { value } = match;
      if (!value || active.value) return value;
      return now.value < Date.parse(value.endsAt ?? value.createdAt) + RESULT_MS ? value : null;
    }),
    own: computed(() => side(true)),
    other: computed(() => side(false)),
    told,
  };
}

export type Pk = ReturnType<typeof usePk>;
