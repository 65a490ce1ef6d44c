import { Inject, Injectable } from '@nestjs/common';
import { type Caller, requireOwner } from '../auth';
import { CONFIG, type RuntimeConfig } from '../platform/config';
import type { CoHostPatch, CoHostView } from '../contracts';
import { requireOutputWithin } from '../live';
import { requireActive, SessionAccess } from './session/session-access';
import { SessionChanges } from './session/session-changes';
import { SessionFlow } from './session/session-flow';
import { SessionRepository } from './session/session.repository';

/** What people do with the running session of a channel. */
@Injectable()
export class CoHostService {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly access: SessionAccess,
    private readonly sessions: SessionRepository,
    private readonly changes: SessionChanges,
    private readonly flow: SessionFlow,
  ) {}

  /** The running session, or null. @throws DomainError channel_not_found */
  async find(caller: Caller, channelId: string): Promise<CoHostView | null> {
    const session = await this.access.findActive(caller, channelId);
    return session && this.changes.read(session.id);
  }

  /** @throws DomainError channel_not_found, session_not_found, not_allowed, limit_reached */
  async patch(caller: Caller, channelId: string, { layout, output }: CoHostPatch): Promise<CoHostView> {
    const { id, hostId } = await this.access.active(caller, channelId);
    requireOwner(caller, hostId, 'change the mix of this co-hosting', { admin: true });
    requireOutputWithin(this.config.limits, caller, output);
    const set = { ...(layout && { layout }), ...(output && { output }) };
    await this.changes.change(id, async (session, tx) => {
      requireActive(session);
      if (Object.keys(set).length === 0) return false;
      await this.sessions.update(id, set, tx);
      return true;
    });
    await this.flow.settleQuietly(id);
    return this.changes.read(id);
  }

  /** @throws DomainError channel_not_found, session_not_found, not_allowed */
  async end(caller: Caller, channelId: string): Promise<void> {
    const { id, hostId } = await this.access.active(caller, channelId);
    requireOwner(caller, hostId, 'end this co-hosting', { admin: true });
    await this.flow.end(id, caller.userId === hostId ? 'ended_by_host' : 'ended_by_admin');
  }
}
