import { Injectable } from '@nestjs/common';
import { type Caller, requireGrant } from '../../auth';
import { DomainError } from '../../platform/common';
import { LiveFacade } from '../../live';
import type { CoHostSession } from '../co-host.entity';
import { CoHostRepository } from '../co-host.repository';

/** The running session of a channel, for one whose token is good for that channel. */
@Injectable()
export class SessionAccess {
  constructor(
    private readonly sessions: CoHostRepository,
    private readonly live: LiveFacade,
  ) {}

  /** @throws DomainError not_granted, channel_not_found, session_not_found */
  async active(caller: Caller, channelId: string): Promise<CoHostSession> {
    const session = await this.findActive(caller, channelId);
    if (!session) throw new DomainError('session_not_found');
    return session;
  }

  /** @throws DomainError not_granted, channel_not_found */
  async findActive(caller: Caller, channelId: string): Promise<CoHostSession | null> {
    requireGrant(caller, { channelId });
    const { id } = await this.live.get(channelId);
    return this.sessions.findActive(id);
  }
}

/**
 * @param action what is refused, as in "You may not …"
 * @throws DomainError not_allowed
 */
export function requireThat(allowed: boolean, action: string): void {
  if (!allowed) throw new DomainError('not_allowed', { action });
}
