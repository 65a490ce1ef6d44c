import type { ConferenceMemberRecord } from '../../conference';
import type { CoHostMemberView } from '../../contracts';
import { isSeated, seatStates } from './seat.state';

const MUTES = ['audio', 'video', 'audioMutedByHost', 'videoMutedByHost'] as const;

/** The fields of a conference member that seats depend on. */
type MemberFields = Pick<ConferenceMemberRecord, 'userId' | 'state' | (typeof MUTES)[number]>;

export interface SeatChange<S extends CoHostMemberView> {
  member: S;
  set: Partial<Pick<CoHostMemberView, 'state' | (typeof MUTES)[number]>>;
}

/** What must change for the seats to agree with the conference. Who has left stays so. */
export function seatChanges<S extends CoHostMemberView>(
  members: readonly S[],
  conference: readonly MemberFields[],
): SeatChange<S>[] {
  const inConference = new Map(conference.map((m) => [m.userId, m]));
  return members.flatMap((member) => {
    const said = inConference.get(member.userId);
    if (!said || !isSeated(member)) return [];
    const set: SeatChange<S>['set'] = {};
    if (said.state === 'left') set.state = 'left';
    if (said.state === 'connected' && seatStates.can(member.state, 'on-air')) set.state = 'on-air';
    for (const what of MUTES) if (said[what] !== member[what]) set[what] = said[what];
    return Object.keys(set).length > 0 ? [{ member, set }] : [];
  });
}
