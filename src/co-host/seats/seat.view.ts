import type { CoHostMemberView, CoHostSeatView } from '../../contracts';
import { type SeatPlan, memberOnSeat } from './seat-plan';
import { isSeated } from './seat.state';

/** Members by seat, those who left last. */
export function memberViews(members: readonly CoHostMemberView[]): CoHostMemberView[] {
  return [...members].sort(bySeat).map(memberView);
}

/** All seats of a session, including those above its limit where somebody still sits. */
export function seatViews(plan: SeatPlan, members: readonly CoHostMemberView[]): CoHostSeatView[] {
  const taken = members.filter(isSeated).map((m) => m.seat);
  const count = Math.max(plan.seatLimit, ...taken.map((seat) => seat + 1));
  return Array.from({ length: count }, (_, seat) => ({
    seat,
    locked: plan.lockedSeats.includes(seat),
    userId: memberOnSeat(members, seat)?.userId ?? null,
  }));
}

/** Only what the view has of the row. */
function memberView(member: CoHostMemberView): CoHostMemberView {
  const { userId, name, seat, role, state, audio, video, audioMutedByHost, videoMutedByHost, gain } = member;
  return { userId, name, seat, role, state, audio, video, audioMutedByHost, videoMutedByHost, gain };
}

function bySeat(a: CoHostMemberView, b: CoHostMemberView): number {
  return Number(!isSeated(a)) - Number(!isSeated(b)) || a.seat - b.seat;
}
