import { type ConferenceMemberRecord, isInCall } from '../../conference';
import type { CoHostMember } from './member.entity';
import { isSeated } from './seat.state';

type Present = Pick<ConferenceMemberRecord, 'userId' | 'state'>;

/**
 * Those seated, or moved to another conference, by then who haven't joined the session's present conference.
 * @param conference its members
 */
export function absentOf(
  members: readonly CoHostMember[],
  conference: readonly Present[],
  before: Date,
): CoHostMember[] {
  const inConference = new Map(conference.map((m) => [m.userId, m]));
  return members.filter((m) => {
    if (!isSeated(m) || m.seatedAt > before) return false;
    const member = inConference.get(m.userId);
    // SeatMembership.follow deals with those who were on the air and have left.
    return m.state === 'on-air' ? member?.state === 'invited' : !member || !isInCall(member);
  });
}

/** Whether nobody is seated but a host who is neither in the call nor joining it. */
export function isDeserted(members: readonly CoHostMember[], conference: readonly Present[]): boolean {
  const seated = members.filter(isSeated);
  if (seated.some((m) => m.role === 'guest' || m.state !== 'invited')) return false;
  return !conference.some(isInCall);
}

/** Was the host on the air, without having followed the session into another conference? @param absent absentOf */
export function isHostLost(absent: readonly CoHostMember[]): boolean {
  return absent.some((m) => m.role === 'host' && m.state === 'on-air');
}
