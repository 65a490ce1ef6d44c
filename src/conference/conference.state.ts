import { StateMachine } from '../platform/common';
import type { ConferenceState, MemberState } from '../contracts';

export const conferenceStates = new StateMachine<ConferenceState>('conference', 'open', {
  open: ['ended'],
  ended: [],
});

/** `left` isn't the end of the row: who comes back starts a new stint in it (conference-member.entity.ts). */
export const memberStates = new StateMachine<MemberState>('conference member', 'invited', {
  invited: ['joined', 'left'],
  joined: ['connected', 'left'],
  connected: ['joined', 'left'],
  left: ['invited', 'joined'],
});
