import { computed, ref } from 'vue';
import { api } from '../api';
import type { InvitationView } from '../contracts';
import { useIm } from './useIm';

/** Challenges to a PK that a host's channel has sent or received and that wait for an answer. */
export function useChallenges(channelId: string) {
  const im = useIm();
  const byId = ref(new Map<string, InvitationView>());

  function told(challenge: InvitationView): void {
    const before = byId.value.get(challenge.id);
    // It never becomes pending again, so such news is old.
    if (!before || before.state === 'pending') byId.value.set(challenge.id, challenge);
  }
  async function refresh(): Promise<void> {
    const items = await api.listChallenges(channelId).catch(() => []);
    items.forEach(told);
  }
  im.onConnect(() => void refresh());
  im.on('pk:invitation', (challenge) => {
    if (challenge.channelId === channelId || challenge.toChannelId === channelId) told(challenge);
  });

  const pending = computed(() => [...byId.value.values()].filter(({ state }) => state === 'pending'));
  return {
    /** A channel has one open challenge at most. */
    made: computed(() => pending.value.find((one) => one.channelId === channelId) ?? null),
    got: computed(() => pending.value.find((one) => one.toChannelId === channelId) ?? null),
    challenge: async (other: string, durationMs: number) =>
      told(await api.challenge(channelId, { channelId: other, durationMs })),
    async accept(id: string) {
      const { invitation, match } = await api.acceptChallenge(id);
      told(invitation);
      return match;
    },
    reject: async (id: string) => told(await api.rejectChallenge(id)),
    cancel: async (id: string) => told(await api.cancelChallenge(id)),
  };
}

export type Challenges = ReturnType<typeof useChallenges>;
