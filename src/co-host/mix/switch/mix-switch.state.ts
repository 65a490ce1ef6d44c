import { StateMachine } from '../../../platform/common';
import type { MixSwitchState } from '../../../contracts';

/** Until `done` or `rolled_back` both mixes are there, and the old one is the session's. */
export const mixSwitchStates = new StateMachine<MixSwitchState>(
  'The switch of the mixing mode',
  'switching',
  {
    switching: ['done', 'rolled_back'],
    done: [],
    rolled_back: [],
  },
);
