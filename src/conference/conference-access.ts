import { Injectable } from '@nestjs/common';
import { type Caller, requireGrant } from '../auth';
import { DomainError } from '../platform/common';
import type { Conference } from './conference.entity';
import { NumberLookups } from './number-lookups';

/** A conference that somebody names by its id or its number, for a caller whose token is good for it. */
@Injectable()
export class NamedConferences {
  constructor(private readonly lookups: NumberLookups) {}

  /** @throws DomainError conference_not_found, not_granted, rate_limited */
  async get(caller: Caller, idOrNumber: string): Promise<Conference> {
    const conference = await this.lookups.find(idOrNumber);
    if (!conference) throw new DomainError('conference_not_found', { conferenceId: idOrNumber });
    requireGrant(caller, { conferenceId: conference.id });
    return conference;
  }
}
