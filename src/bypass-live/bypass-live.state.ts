import { StateMachine } from '../platform/common';
import type { BypassState } from '../contracts';

/** A run that fails, or is ended, goes to `idle` from wherever it is; what it leaves behind is cleaned up from there. */
export const bypassStates = new StateMachine<BypassState>('The bypass live', 'idle', {
  idle: ['starting'],
  starting: ['live', 'idle'],
  live: ['draining', 'idle'],
  draining: ['live', 'idle'],
});

/** No run goes on. */
export function isIdle({ state }: { state: BypassState }): boolean {
  return state === bypassStates.initial;
}

/** The run plays: it is live, or may be so again at once. */
export const onAirStates: readonly BypassState[] = [
  'live',
  ...bypassStates.sourcesOf('live').filter((state) => bypassStates.can('live', state)),
];
