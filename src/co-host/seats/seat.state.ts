import { StateMachine } from '../../platform/common';
import type { SeatState } from '../../contracts';

/** A user who left may be seated again in the same session, by a new invitation. */
export const seatStates = new StateMachine<SeatState>('The seat', 'invited', {
  invited: ['on-air', 'left'],
  'on-air': ['left'],
  left: ['invited'],
});

/** The states in which a user holds a seat: those that can be left. */
export const seatedStates = seatStates.sourcesOf('left');

export function isSeated({ state }: { state: SeatState }): boolean {
  return seatedStates.includes(state);
}
