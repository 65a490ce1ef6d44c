import type { InvitationView } from '@lianmai/client';
import { onScopeDispose } from 'vue';
import { lianmai } from '../app/lianmai';
import { follow, own } from '../app/readable';

/**
 * Invitations and applications of a channel that concern this user, newest first: the host sees all, viewers their
 * own. `onAnswer` is called with each that is no longer pending.
 */
export function useInvitations(
  channelId: string,
  onAnswer: (invitation: InvitationView) => void = () => undefined,
) {
  const invitations = own(lianmai.invitations(channelId));
  onScopeDispose(invitations.on('answered', onAnswer));
  return {
    pending: follow(invitations.pending),
    /** Applications that wait, oldest first. */
    queue: follow(invitations.queue),
    invite: (userId: string) => invitations.invite(userId),
    apply: () => invitations.apply(),
    cancel: (id: string) => invitations.cancel(id),
    reject: (id: string) => invitations.reject(id),
    /** Resolves with the session that the viewer is seated in. */
    accept: (id: string) => invitations.accept(id),
  };
}

export type Invitations = ReturnType<typeof useInvitations>;
