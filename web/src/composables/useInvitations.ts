import { computed, ref } from 'vue';
import { api } from '../api';
import type { InvitationView } from '../contracts';
import { useIm } from './useIm';

/**
 * Invitations and applications of a channel that concern this user, newest first: the host sees all, viewers their
 * own. `onAnswer` is called with each that is no longer pending.
 */
export function useInvitations(
  channelId: string,
  onAnswer: (invitation: InvitationView) => void = () => undefined,
) {
  const im = useIm();
  const byId = ref(new Map<string, InvitationView>());

  function told(invitation: InvitationView): void {
    if (invitation.channelId !== channelId) return;
    const before = byId.value.get(invitation.id);
    // An invitation never becomes pending again, so such news is old.
    if (before && before.state !== 'pending') return;
    byId.value.set(invitation.id, invitation);
    if (before?.state === 'pending' && invitation.state !== 'pending') onAnswer(invitation);
  }

  async function refresh(): Promise<void> {
    // The list is one page; older applications may still wait behind it.
    const lists = Promise.all([api.listInvitations(channelId), api.listQueue(channelId)]);
    const items = await lists.then((both) => both.flat()).catch(() => null);
    if (!items) return;
    items.forEach(told);
    // Pending here but not in the list: it was answered while we were away.
    const listed = new Set(items.map((item) => item.id));
    for (const [id, { state }] of byId.value)
      if (state === 'pending' && !listed.has(id)) byId.value.delete(id);
  }
  im.onConnect(() => void refresh());
  im.on('co-host:invitation', told);

  async function answer(call: Promise<InvitationView>): Promise<InvitationView> {
    const invitation = await call;
    told(invitation);
    return invitation;
  }

  return {
    pending: computed(() =>
      [...byId.value.values()]
        .filter((invitation) => invitation.state === 'pending')
        .sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
    ),
    /** Applications that wait, oldest first. */
    queue: computed(() =>
      [...byId.value.values()]
        .filter(({ state, kind }) => state === 'pending' && kind === 'apply')
        .sort((a, b) => a.createdAt.localeCompare(b.createdAt)),
    ),
    told,
    invite: (userId: string) => answer(api.createInvitation(channelId, { kind: 'invite', userId })),
    apply: () => answer(api.createInvitation(channelId, { kind: 'apply' })),
    cancel: (id: string) => answer(api.cancelInvitation(id)),
    reject: (id: string) => answer(api.rejectInvitation(id)),
    /** Resolves with the session that the viewer is seated in. */
    async accept(id: string) {
      const { invitation, session } = await api.acceptInvitation(id);
      told(invitation);
      return session;
    },
  };
}

export type Invitations = ReturnType<typeof useInvitations>;
