import { StateMachine } from '../../platform/common';
import type { MemberState } from '../../contracts';

/** `left` is not final: a member who comes back begins a new membership in the same row (ConferenceMember). */
export const memberStates = new StateMachine<MemberState>('The member', 'invited', {
  invited: ['joined', 'left'],
  joined: ['connected', 'left'],
  connected: ['joined', 'left'],
  left: ['invited', 'joined'],
});

/** Invited or in: those who may leave. */
export const presentStates: readonly MemberState[] = memberStates.sourcesOf('left');

export function isPresent({ state }: { state: MemberState }): boolean {
  return presentStates.includes(state);
}

const callStates = memberStates.sourcesAnd('connected');

/** In the call, or on the way into it. */
export function isInCall({ state }: { state: MemberState }): boolean {
  return callStates.includes(state);
}
