import { StateMachine } from '../../platform/common';
import type { InvitationState } from '../../contracts';

export const invitationStates = new StateMachine<InvitationState>('The invitation', 'pending', {
  pending: ['accepted', 'rejected', 'cancelled', 'expired'],
  accepted: [],
  rejected: [],
  cancelled: [],
  expired: [],
});
