import type { ConferenceMemberRecord } from '../../conference';
import type { CoHostMemberView } from '../../contracts';
import { isSeated, seatStates } from './seat.state';

/** What conference control says of a member, and seats and the mix follow. */
const FOLLOWED = ['audio', 'video', 'audioMutedByHost', 'videoMutedByHost', 'gain'] as const;
export type Followed = (typeof FOLLOWED)[number];

/** The fields of a conference member that seats depend on. */
type MemberFields = Pick<ConferenceMemberRecord, 'userId' | 'state' | Followed>;

export interface SeatChange<S extends CoHostMemberView> {
  member: S;
  set: Partial<Pick<CoHostMemberView, 'state' | Followed>>;
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
    const differing = FOLLOWED.filter((what) => said[what] !== member[what]);
    if (said.state === 'left') set.state = 'left';
    if (said.state === 'connected' && seatStates.can(member.state, 'on-air')) set.state = 'on-air';
    Object.assign(set, Object.fromEntries(differing.map((what) => [what, said[what]])));
    return Object.keys(set).length > 0 ? [{ member, set }] : [];
  });
}
