import { DomainError } from '../../platform/common';
import type { CoHostMemberView } from '../../contracts';
import { isSeated } from './seat.state';

type Seat = CoHostMemberView;

/** The seats of a session. Their number includes seat 0, which is always the host's. */
export interface SeatPlan {
  seatLimit: number;
  lockedSeats: readonly number[];
}

/**
 * The seat that a guest gets.
 * @param wanted null: the lowest that is free
 * @throws DomainError seats_full, seat_taken, seat_locked, invalid_input
 */
export function chooseSeat(plan: SeatPlan, members: readonly Seat[], wanted: number | null): number {
  if (wanted === null) return freeSeat(plan, members);
  requireOpenSeat(plan, wanted);
  if (memberOnSeat(members, wanted)) throw new DomainError('seat_taken', { seat: wanted });
  return wanted;
}

/** The lowest seat for a guest that is not locked and nobody sits on. @throws DomainError seats_full */
function freeSeat({ seatLimit, lockedSeats }: SeatPlan, members: readonly Seat[]): number {
  for (let seat = 1; seat < seatLimit; seat++) {
    if (!lockedSeats.includes(seat) && !memberOnSeat(members, seat)) return seat;
  }
  throw new DomainError('seats_full', { limit: seatLimit });
}

/** The member on this seat, if there is one. */
export function memberOnSeat<S extends Seat>(members: readonly S[], seat: number): S | undefined {
  return members.find((m) => m.seat === seat && isSeated(m));
}

/** @throws DomainError invalid_input: not the number of a guest's seat; seat_locked */
export function requireOpenSeat({ seatLimit, lockedSeats }: SeatPlan, seat: number): void {
  requireGuestSeat(seatLimit, seat);
  if (lockedSeats.includes(seat)) throw new DomainError('seat_locked', { seat });
}

/** @throws DomainError invalid_input */
export function requireGuestSeat(seatLimit: number, seat: number): void {
  if (seat < 1 || seat >= seatLimit) {
    throw new DomainError('invalid_input', { reason: `seat: guests have 1 to ${seatLimit - 1}` });
  }
}
