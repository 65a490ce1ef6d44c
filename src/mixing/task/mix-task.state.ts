import { StateMachine } from '../../platform/common';
import type { MixTaskState, MixTrouble } from '../../contracts';

/**
 * Server mixing begins at `queued`. Client mixing begins at `running` and goes from there to `stopped`, as no worker has
 * to stop first.
 */
export const mixTaskStates = new StateMachine<MixTaskState>('The mix task', 'queued', {
  queued: ['starting', 'stopped'],
  starting: ['running', 'retrying', 'stopping', 'failed'],
  running: ['retrying', 'stopping', 'stopped', 'failed'],
  retrying: ['running', 'stopping', 'failed'],
  stopping: ['stopped'],
  stopped: [],
  failed: [],
});

/** The states of a task that is wanted: neither over nor asked to stop. A channel has one such task per mode. */
export const liveStates = [mixTaskStates.initial, ...mixTaskStates.sourcesOf('stopping')];

export function isLive(state: MixTaskState): boolean {
  return liveStates.includes(state);
}

/** Whether it waits until a mixer has room for it: to begin, or to go on where its worker is gone. */
export function isWaiting({ state, error }: { state: MixTaskState; error: MixTrouble | null }): boolean {
  return error === 'mixers_busy' && isLive(state);
}
