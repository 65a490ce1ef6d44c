import { Injectable } from '@nestjs/common';
import { type Caller, requireGrant } from '../../auth';
import { DomainError } from '../../platform/common';
import { LiveFacade } from '../../live';
import type { CoHostSession } from './session.entity';
import { SessionRepository } from './session.repository';
import { sessionStates } from './session.state';

/** The running session of a channel, for callers whose token is good for that channel. */
@Injectable()
export class SessionAccess {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly live: LiveFacade,
  ) {}

  /** @throws DomainError not_granted, channel_not_found, session_not_found */
  async active(caller: Caller, channelId: string): Promise<CoHostSession> {
    return requireActive(await this.findActive(caller, channelId));
  }

  /** @throws DomainError not_granted, channel_not_found */
  async findActive(caller: Caller, channelId: string): Promise<CoHostSession | null> {
    requireGrant(caller, { channelId });
    const { id } = await this.live.get(channelId);
    return this.sessions.findActive(id);
  }
}

/** @throws DomainError session_not_found: there is none, or it is over */
export function requireActive(session: CoHostSession | null): CoHostSession {
  if (!session || sessionStates.isFinal(session.state)) throw new DomainError('session_not_found');
  return session;
}

/**
 * @param action what is refused, as in "You may not …"
 * @throws DomainError not_allowed
 */
export function requireThat(allowed: boolean, action: string): void {
  if (!allowed) throw new DomainError('not_allowed', { action });
}
