import { StateMachine } from '../../platform/common';
import type { MixTaskState } from '../../contracts';

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
