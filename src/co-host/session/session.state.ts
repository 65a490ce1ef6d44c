import { StateMachine } from '../../platform/common';
import type { CoHostState } from '../../contracts';

/** A session that ends before its mix was on the air also passes through `ending`: the clean-up is the same. */
export const sessionStates = new StateMachine<CoHostState>('The co-hosting', 'connecting', {
  connecting: ['live', 'ending', 'failed'],
  live: ['ending', 'failed'],
  ending: ['ended', 'failed'],
  ended: [],
  failed: [],
});

/** The states in which a session holds its channel and its host. */
export const activeStates = sessionStates.open;

/** The states in which a session has a mix, takes guests and can be paired: those before its end. */
export const mixingStates = sessionStates.sourcesOf('ending');
