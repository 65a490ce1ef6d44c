import { StateMachine } from '../platform/common';
import type { ConferenceState } from '../contracts';

export const conferenceStates = new StateMachine<ConferenceState>('The conference', 'open', {
  open: ['ended'],
  ended: [],
});
