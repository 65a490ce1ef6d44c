import { StateMachine } from '../platform/common';
import type { ConferenceState, MemberState } from '../contracts';

export const conferenceStates = new StateMachine<ConferenceState>('The conference', 'open', {
  open: ['ended'],
  ended: [],
});

/** `left` is not final: a member who comes back begins a new membership in the same row (ConferenceMember). */
export const memberStates = new StateMachine<MemberState>('The member', 'invited', {
  invited: ['joined', 'left'],
  joined: ['connected', 'left'],
  connected: ['joined', 'left'],
  left: ['invited', 'joined'],
});

const callStates = memberStates.sourcesAnd('connected');

/** In the call, or on the way into it. */
export function isInCall({ state }: { state: MemberState }): boolean {
  return callStates.includes(state);
}
