import { DomainError } from '../../platform/common';
import type { CoHostMemberView, CoHostSeatView, CoHostState, Layout, MixOutput } from '../../contracts';
import type { MixSeat } from '../../media/contract';
import { seatStates } from '../co-host.state';

/** Sizes in pixels between which the mix follows the host's own stream. */
const MIN_SIDE = 160;
const MAX_SIDE = 1920;
const MAX_FPS = 60;
const MIN_FPS = 5;

type Seat = CoHostMemberView;

/** The seats of a session. Their number counts the host's (0), which is his always. */
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
  if (sitterOf(members, wanted)) throw new DomainError('seat_taken', { seat: wanted });
  return wanted;
}

/** The lowest seat for a guest that is not locked and nobody sits on. @throws DomainError seats_full */
function freeSeat({ seatLimit, lockedSeats }: SeatPlan, members: readonly Seat[]): number {
  for (let seat = 1; seat < seatLimit; seat++) {
    if (!lockedSeats.includes(seat) && !sitterOf(members, seat)) return seat;
  }
  throw new DomainError('seats_full', { limit: seatLimit });
}

/** Who sits there. */
export function sitterOf<S extends Seat>(members: readonly S[], seat: number): S | undefined {
  return members.find((m) => m.seat === seat && m.state !== 'left');
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

/** All seats of a session, those above its limit where somebody sits on them still included. */
export function seatViews(plan: SeatPlan, members: readonly Seat[]): CoHostSeatView[] {
  const taken = members.filter((m) => m.state !== 'left').map((m) => m.seat);
  const count = Math.max(plan.seatLimit, ...taken.map((seat) => seat + 1));
  return Array.from({ length: count }, (_, seat) => ({
    seat,
    locked: plan.lockedSeats.includes(seat),
    userId: sitterOf(members, seat)?.userId ?? null,
  }));
}

/**
 * Who is to be seen and heard in the mix, by seat. While connecting these are all who are expected, so that the mixer
 * waits for them; once live a guest gets his tile when he is in the call, not when he was accepted. The host keeps
 * his place (a placeholder, where he isn't there) as long as he has his seat.
 */
export function mixSeats(state: CoHostState, members: readonly Seat[]): MixSeat[] {
  return members
    .filter(
      (m) => m.state === 'on-air' || (m.state === 'invited' && (state === 'connecting' || m.role === 'host')),
    )
    .sort((a, b) => a.seat - b.seat)
    .map(({ userId, name, seat, audio, video }) => ({ userId, name, seat, audio, video }));
}

/**
 * What the mix of a session shows: its own people in its layout, or, while it is paired, the people of both side by
 * side.
 * @param others of the session that it is paired with; null: there is none
 */
export function mixScene(
  { state, layout }: { state: CoHostState; layout: Layout },
  own: readonly Seat[],
  others: readonly Seat[] | null,
): { layout: Layout; seats: MixSeat[] } {
  const seats = mixSeats(state, own);
  if (!others) return { layout, seats };
  return { layout: pairLayout(layout), seats: pairSeats(seats, mixSeats(state, others)) };
}

/** PK: what a channel's mix shows of both sessions. Its own people are on the left, with their seats as they are. */
function pairSeats(own: readonly MixSeat[], others: readonly MixSeat[]): MixSeat[] {
  return [
    ...own.map((seat) => ({ ...seat, side: 'left' as const })),
    ...others.map((seat) => ({ ...seat, side: 'right' as const })),
  ];
}

/** PK: side by side, in the looks of the session's own layout. */
function pairLayout({ fit, background }: Layout): Layout {
  return { kind: 'side-by-side', fit, background };
}

/** What a conference says of one member, as far as seats go by it. */
interface InConference {
  userId: string;
  state: 'invited' | 'joined' | 'connected' | 'left';
  audio: boolean;
  video: boolean;
  audioMutedByHost: boolean;
  videoMutedByHost: boolean;
}

const MUTES = ['audio', 'video', 'audioMutedByHost', 'videoMutedByHost'] as const;

export interface SeatChange<S extends Seat> {
  member: S;
  set: Partial<Pick<Seat, 'state' | (typeof MUTES)[number]>>;
}

/** What has to change for the seats to agree with the conference. A seat that was left stays so. */
export function seatChanges<S extends Seat>(
  seats: readonly S[],
  conference: readonly InConference[],
): SeatChange<S>[] {
  const inConference = new Map(conference.map((m) => [m.userId, m]));
  return seats.flatMap((member) => {
    const said = inConference.get(member.userId);
    if (!said || member.state === 'left') return [];
    const set: SeatChange<S>['set'] = {};
    if (said.state === 'left') set.state = 'left';
    if (said.state === 'connected' && seatStates.can(member.state, 'on-air')) set.state = 'on-air';
    for (const what of MUTES) if (said[what] !== member[what]) set[what] = said[what];
    return Object.keys(set).length > 0 ? [{ member, set }] : [];
  });
}

/**
 * Output of the mix: the channel's, in the size and rate of the host's own stream where that is known and sane, so
 * that the hand-over changes as little as possible. The GOP keeps its length in seconds.
 * @param host pixels and frames/s; fps 0: unknown
 */
export function mixOutput(
  channel: MixOutput,
  host: { width: number; height: number; fps: number } | null | undefined,
): MixOutput {
  if (!host || !isSaneSide(host.width) || !isSaneSide(host.height)) return channel;
  const rate = Math.round(host.fps);
  const fps = rate >= MIN_FPS && rate <= MAX_FPS ? rate : channel.fps;
  const gop = Math.max(1, Math.round((channel.gop / channel.fps) * fps));
  return { ...channel, width: host.width, height: host.height, fps, gop };
}

function isSaneSide(pixels: number): boolean {
  return Number.isInteger(pixels) && pixels % 2 === 0 && pixels >= MIN_SIDE && pixels <= MAX_SIDE;
}
