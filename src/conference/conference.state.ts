import { StateMachine } from '../platform/common';
import type { ConferenceState, MemberState } from '../contracts';

export const conferenceStates = new StateMachine<ConferenceState>('conference', 'open', {
  open: ['ended'],
  ended: [],
});

/** `left` is not final: a member who comes back begins a new membership in the same row (ConferenceMember). */
export const memberStates = new StateMachine<MemberState>('conference member', 'invited', {
  invited: ['joined', 'left'],
  joined: ['connected', 'left'],
  connected: ['joined', 'left'],
  left: ['invited', 'joined'],
});
