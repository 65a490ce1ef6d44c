import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Caller } from '../../auth';
import { DomainError, EventBus } from '../../platform/common';
import type { CoHostBanView, ListView } from '../../contracts';
import { BanRepository } from './ban.repository';
import type { CoHostBan, CoHostMember } from '../co-host.entity';
import { CoHostRepository } from '../co-host.repository';
import { sessionStates } from '../co-host.state';
import { banView } from '../co-host.view';
import { InvitationService } from '../invitations/invitation.service';
import { requireThat, SessionAccess } from '../session/session-access';
import { SessionChanges } from '../session/session-changes';
import { SessionFlow } from '../session/session-flow';
import { SessionSeats } from '../seats/session-seats';

/** Bans for a session: whoever is banned loses his seat and his invitation, and gets no other until it is lifted. */
@Injectable()
export class BanService {
  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly access: SessionAccess,
    private readonly bans: BanRepository,
    private readonly sessions: CoHostRepository,
    private readonly changes: SessionChanges,
    private readonly seats: SessionSeats,
    private readonly invitations: InvitationService,
    private readonly flow: SessionFlow,
  ) {}

  /**
   * Idempotent. Takes the channel's lock as an acceptance does: one of the two is first, and no banned user is seated.
   * @throws DomainError channel_not_found, session_not_found, not_allowed, invalid_input
   */
  async ban(caller: Caller, channelId: string, userId: string): Promise<CoHostBanView> {
    const session = await this.access.active(caller, channelId);
    requireThat(caller.userId === session.hostId, 'ban from this co-hosting');
    if (userId === session.hostId) throw new DomainError('invalid_input', { reason: 'userId: the host' });
    const { id } = session;

    const { ban, member } = await this.bus.transaction(this.db, async (tx) => {
      await this.sessions.lockChannel(channelId, tx);
      const locked = await this.sessions.lock(id, tx);
      if (!locked || sessionStates.isFinal(locked.state)) throw new DomainError('session_not_found');
      const earlier = (await this.sessions.members(id, tx)).find((m) => m.userId === userId);
      const ban = await this.bans.insert({ sessionId: id, userId, name: earlier?.name ?? userId }, tx);
      await this.invitations.dismiss(channelId, userId, tx);
      const member = await this.seats.unseat(locked, userId, 'banned_by_host', tx);
      if (member) await this.changes.announce(id, tx);
      return { ban, member } satisfies { ban: CoHostBan; member: CoHostMember | null };
    });

    if (member) {
      await this.seats.bar(session, [member]);
      await this.flow.settleQuietly(id);
    }
    return banView(ban);
  }

  /** @throws DomainError channel_not_found, session_not_found, not_allowed */
  async list(caller: Caller, channelId: string): Promise<ListView<CoHostBanView>> {
    const { id, hostId } = await this.access.active(caller, channelId);
    requireThat(caller.userId === hostId || caller.role === 'admin', 'see who is banned here');
    return { items: (await this.bans.list(id)).map(banView), nextCursor: null };
  }

  /** @throws DomainError channel_not_found, session_not_found, not_allowed, ban_not_found */
  async lift(caller: Caller, channelId: string, userId: string): Promise<void> {
    const { id, hostId } = await this.access.active(caller, channelId);
    requireThat(caller.userId === hostId, 'lift bans of this co-hosting');
    if (!(await this.bans.lift(id, userId))) throw new DomainError('ban_not_found', { userId });
  }
}
