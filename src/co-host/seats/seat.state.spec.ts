import type { SeatState } from '../../contracts';
import { seatStates } from './seat.state';

describe('the life of a seat', () => {
  it('lets a user come again by invitation only', () => {
    const from: SeatState = 'left';
    expect(seatStates.can(from, 'invited')).toBe(true);
    expect(seatStates.can(from, 'on-air')).toBe(false);
  });
});
