import { type Caller, isOwnerOrAdmin } from '../../auth';
import { DomainError } from '../../platform/common';
import type { ConferenceMember } from './conference-member.entity';
import type { Conference } from '../conference.entity';
import { conferenceStates } from '../conference.state';

type Admitting = Pick<Conference, 'access' | 'state' | 'ownerId'>;
type Admitted = Pick<ConferenceMember, 'userId' | 'leftReason'>;

/** Admitted by conference control, and not removed since. */
export function isAdmitted(member: Admitted | null): boolean {
  return member !== null && member.leftReason !== 'removed';
}

/**
 * @param member the caller's row, null without one
 * @throws DomainError conference_ended, not_admitted
 */
export function requireMayJoin(conference: Admitting, member: Admitted | null): void {
  if (conferenceStates.isFinal(conference.state)) throw new DomainError('conference_ended');
  if (conference.access === 'members' && !isAdmitted(member)) throw new DomainError('not_admitted');
}

/** @throws DomainError not_admitted */
export function requireMaySee(
  conference: Admitting,
  member: Admitted | null,
  caller: Pick<Caller, 'userId' | 'role'>,
): void {
  const open = conference.access === 'open' || isOwnerOrAdmin(caller, conference.ownerId);
  if (!open && !isAdmitted(member)) throw new DomainError('not_admitted');
}
