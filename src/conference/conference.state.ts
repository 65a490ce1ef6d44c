import { StateMachine } from '../platform/common';
import type { ConferenceState } from '../contracts';

export const conferenceStates = new StateMachine<ConferenceState>('conference', 'open', {
  open: ['ended'],
  ended: [],
});
