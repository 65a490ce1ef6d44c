import { StateMachine } from '../platform/common';
import type { CoHostState, InvitationState, SeatState } from '../contracts';

export const invitationStates = new StateMachine<InvitationState>('The invitation', 'pending', {
  pending: ['accepted', 'rejected', 'cancelled', 'expired'],
  accepted: [],
  rejected: [],
  cancelled: [],
  expired: [],
});

/** A session that is ended before its mix was on the air goes to `ending` as well: the clean-up is the same. */
export const sessionStates = new StateMachine<CoHostState>('The co-hosting', 'connecting', {
  connecting: ['live', 'ending', 'failed'],
  live: ['ending', 'failed'],
  ending: ['ended', 'failed'],
  ended: [],
  failed: [],
});

/** A user who left may be seated again in the same session, by a new invitation. */
export const seatStates = new StateMachine<SeatState>('The seat', 'invited', {
  invited: ['on-air', 'left'],
  'on-air': ['left'],
  left: ['invited'],
});

/** The states in which a session holds its channel. */
export const ACTIVE_STATES = ['connecting', 'live', 'ending'] as const satisfies CoHostState[];
