import { Injectable } from '@nestjs/common';
import { type Caller, requireGrant } from '../auth';
import { DomainError } from '../platform/common';
import type { Conference } from './conference.entity';
import { MemberRepository } from './members/member.repository';
import { NumberLookups } from './number-lookups';

/** A conference that somebody names by its id or its number, for a caller whose token is good for it. */
@Injectable()
export class NamedConferences {
  constructor(
    private readonly lookups: NumberLookups,
    private readonly members: MemberRepository,
  ) {}

  /** @throws DomainError conference_not_found, not_granted, rate_limited */
  async get(caller: Caller, idOrNumber: string): Promise<Conference> {
    const conference = await this.lookups.find(idOrNumber);
    if (!conference) throw new DomainError('conference_not_found', { conferenceId: idOrNumber });
    requireGrant(caller, { conferenceId: conference.id });
    if (caller.visit) await this.requireKnown(caller, conference.id);
    return conference;
  }

  /** A visitor is where a host has taken them, and nowhere else, however open it is. */
  private async requireKnown({ userId }: Caller, conferenceId: string): Promise<void> {
    const member = await this.members.find(conferenceId, userId);
    if (!member) throw new DomainError('not_granted', { subject: 'this conference' });
  }
}
