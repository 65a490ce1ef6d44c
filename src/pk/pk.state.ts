import { StateMachine } from '../platform/common';
import type { PkState } from '../contracts';

/** One that never ran goes over `ending` too: what it has begun on the channels is taken back there. */
export const pkStates = new StateMachine<PkState>('The PK', 'starting', {
  starting: ['running', 'ending'],
  running: ['ending'],
  ending: ['ended', 'failed'],
  ended: [],
  failed: [],
});

/** Points count, until the time is up. */
export const scoringStates = ['running'] as const satisfies readonly PkState[];
