import { computed } from 'vue';
import { lianmai } from '../app/lianmai';
import { follow, own } from '../app/readable';
import { useNow } from '../ui/useNow';

/** How long a result stays on the page, ms. */
const RESULT_MS = 10_000;

/**
 * The match on a channel, kept up to date, with its result for a while.
 * @param asHost with the challenges of its host
 */
export function usePk(channelId: string, asHost = false) {
  const pk = own(lianmai.pk(channelId, asHost));
  const now = useNow();
  const match = follow(pk.match);
  const active = follow(pk.active);

  return {
    active,
    /** The match, or the result of one that was just over. */
    shown: computed(() => {
      const { value } = match;
      if (!value || active.value) return value;
      return now.value < Date.parse(value.endsAt ?? value.createdAt) + RESULT_MS ? value : null;
    }),
    own: computed(() => match.value && pk.side('own')),
    other: computed(() => match.value && pk.side('other')),
    /** A channel has one open challenge at most. */
    made: follow(pk.made),
    got: follow(pk.got),
    challenge: (other: string, durationMs: number) => pk.challenge(other, durationMs),
    accept: (id: string) => pk.accept(id),
    reject: (id: string) => pk.reject(id),
    cancel: (id: string) => pk.cancel(id),
  };
}

export type Pk = ReturnType<typeof usePk>;
