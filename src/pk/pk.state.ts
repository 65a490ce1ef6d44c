import { StateMachine } from '../platform/common';
import type { PkState } from '../contracts';

/** A match that never started also passes through `ending`, which undoes what it set up. */
export const pkStates = new StateMachine<PkState>('The PK', 'starting', {
  starting: ['running', 'ending'],
  running: ['ending'],
  ending: ['ended', 'failed'],
  ended: [],
  failed: [],
});

/** The states in which points count, until the time is up. */
export const scoringStates = ['running'] as const satisfies readonly PkState[];
