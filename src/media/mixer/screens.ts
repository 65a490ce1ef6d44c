import { isDeepStrictEqual } from 'node:util';
import type { MixSeat } from '../contract';
import type { LayoutSeat } from '../../shared/layout';

/** `shown`: there is a picture of it. */
export type ScreenState = 'shown' | 'offered';

/** Whose screens are shared. One takes its place in the layout once there is a picture of it, so that nothing flickers. */
export class Screens {
  private states = new Map<string, ScreenState>();

  /** @returns whether something changed */
  look(seats: readonly MixSeat[], stateOf: (userId: string) => ScreenState | null): boolean {
    const states = new Map<string, ScreenState>();
    for (const { userId } of seats) {
      const state = stateOf(userId);
      if (state) states.set(userId, state);
    }
    if (isDeepStrictEqual(states, this.states)) return false;
    this.states = states;
    return true;
  }

  /** The seats with the screens of which there are pictures, as they are laid out. */
  shown(seats: readonly MixSeat[]): LayoutSeat[] {
    return seats.map((seat) => ({ ...seat, screen: this.states.get(seat.userId) === 'shown' }));
  }

  /** The same with the screens that are awaited. */
  offered(seats: readonly MixSeat[]): LayoutSeat[] {
    return seats.map((seat) => ({ ...seat, screen: this.states.has(seat.userId) }));
  }
}
