import { type Caller, isOwnerOrAdmin } from '../../auth';
import { DomainError } from '../../platform/common';
import type { ConferenceMember } from './conference-member.entity';
import type { Conference } from '../conference.entity';
import { conferenceStates } from '../conference.state';

type Admitting = Pick<Conference, 'access' | 'state' | 'ownerId' | 'locked'>;
type Admitted = Pick<ConferenceMember, 'userId' | 'leftReason'>;

/** Admitted by conference control, and not removed since. */
export function isAdmitted(member: Admitted | null): boolean {
  return member !== null && member.leftReason !== 'removed';
}

/**
 * Who was removed is out, whatever the access, until they are let in again.
 * @param member the caller's row, null without one
 * @throws DomainError conference_ended, not_admitted, conference_locked, approval_needed
 */
export function requireMayJoin(conference: Admitting, member: Admitted | null): void {
  if (conferenceStates.isFinal(conference.state)) throw new DomainError('conference_ended');
  if (isAdmitted(member)) return;
  if (member !== null || conference.access === 'members') throw new DomainError('not_admitted');
  if (conference.locked) throw new DomainError('conference_locked');
  if (conference.access === 'approval') throw new DomainError('approval_needed');
}

/** May somebody who isn't admitted ask for it? @throws DomainError not_admitted, conference_locked */
export function requireMayAsk(conference: Admitting, member: Admitted | null): void {
  if (member !== null || conference.access === 'members') throw new DomainError('not_admitted');
  if (conference.locked) throw new DomainError('conference_locked');
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
