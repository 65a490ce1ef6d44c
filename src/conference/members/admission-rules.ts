import { DomainError } from '../../platform/common';
import type { ConferenceMemberRow } from './conference-member.entity';
import type { Conference } from '../conference.entity';
import { conferenceStates } from '../conference.state';

type Admitting = Pick<Conference, 'access' | 'state' | 'ownerId'>;
type Admitted = Pick<ConferenceMemberRow, 'userId' | 'leftReason'>;

/** Admitted by conference control, and not removed since. */
export function isAdmitted(member: Admitted | null): boolean {
  return member !== null && member.leftReason !== 'removed';
}

/**
 * @param member the caller's row, null without one
 * @throws DomainError conference_ended, not_admitted
 */
export function assertMayJoin(conference: Admitting, member: Admitted | null): void {
  if (conferenceStates.isFinal(conference.state)) throw new DomainError('conference_ended');
  if (conference.access === 'members' && !isAdmitted(member)) throw new DomainError('not_admitted');
}

/** @throws DomainError not_admitted */
export function assertMaySee(
  conference: Admitting,
  member: Admitted | null,
  caller: { userId: string; role: string },
): void {
  const open =
    conference.access === 'open' || caller.role === 'admin' || conference.ownerId === caller.userId;
  if (!open && !isAdmitted(member)) throw new DomainError('not_admitted');
}
