import { type Caller, isOwnerOrAdmin } from '../../auth';
import { DomainError } from '../../platform/common';
import type { ConferenceMember } from './conference-member.entity';
import type { Conference } from '../conference.entity';
import { conferenceStates } from '../conference.state';

type Admitting = Pick<Conference, 'access' | 'state' | 'ownerId' | 'locked'>;
type Admitted = Pick<ConferenceMember, 'userId' | 'leftReason'>;

/** `member`: admitted by conference control, and not removed since; whether or not they are in it now. */
export type Standing = 'member' | 'removed' | 'stranger';

/** @param member their row, null without one */
export function standingOf(member: Admitted | null): Standing {
  if (member === null) return 'stranger';
  return member.leftReason === 'removed' ? 'removed' : 'member';
}

export function isAdmitted(member: Admitted | null): boolean {
  return standingOf(member) === 'member';
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

/** Who was removed doesn't see an open one either. @throws DomainError not_admitted */
export function requireMaySee(
  conference: Admitting,
  member: Admitted | null,
  caller: Pick<Caller, 'userId' | 'role'>,
): void {
  const isOpenToThem = conference.access === 'open' && member === null;
  if (isOpenToThem || isAdmitted(member) || isOwnerOrAdmin(caller, conference.ownerId)) return;
  throw new DomainError('not_admitted');
}
