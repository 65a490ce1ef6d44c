import type { ConferenceMemberRecord } from '../../conference';
import type { MixSeat } from '../../media/contract';

/** The most that a mix shows. */
export const SEAT_LIMIT = 16;

/**
 * Who is seen and heard: all who are connected, up to 16; later ones come in when somebody leaves. People who are in
 * the mix keep their seats, the next gets the lowest free one. A camera that sends nothing counts as off, so that its place
 * is taken by the placeholder at once.
 * @param present seats as the mix has them now
 * @param members in the order in which they came
 */
export function mixSeats(present: readonly MixSeat[], members: readonly ConferenceMemberRecord[]): MixSeat[] {
  const connected = members.filter((member) => member.state === 'connected');
  const here = new Set(connected.map(({ userId }) => userId));
  const kept = present.filter(({ userId }) => here.has(userId));
  const seats = new Map(kept.map(({ userId, seat }) => [userId, seat]));
  for (const { userId } of connected) {
    const free = lowestFree(new Set(seats.values()));
    if (!seats.has(userId) && free !== null) seats.set(userId, free);
  }
  return connected
    .flatMap(({ userId, name, audio, video, gain, sendingVideo }) => {
      const seat = seats.get(userId);
      return seat === undefined ? [] : [{ userId, name, seat, audio, video: video && sendingVideo, gain }];
    })
    .sort((a, b) => a.seat - b.seat);
}

/** Is anybody there who sends sound or a picture? */
export function isWatchable(members: readonly ConferenceMemberRecord[]): boolean {
  return members.some((m) => m.state === 'connected' && (m.sendingAudio || m.sendingVideo));
}

function lowestFree(taken: ReadonlySet<number>): number | null {
  for (let seat = 0; seat < SEAT_LIMIT; seat++) if (!taken.has(seat)) return seat;
  return null;
}
