import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller, requireOwner } from '../../auth';
import { afterCommit, DomainError, EventBus } from '../../platform/common';
import type { CoHostBanView, ListView } from '../../contracts';
import { InvitationLifecycle } from '../invitations/invitation-lifecycle';
import { SeatRemoval } from '../seats/seat-removal';
import type { CoHostMember } from '../seats/member.entity';
import { MemberRepository } from '../seats/member.repository';
import { requireActive, SessionAccess } from '../session/session-access';
import { SessionChanges } from '../session/session-changes';
import { SessionFlow } from '../session/session-flow';
import { SessionRepository } from '../session/session.repository';
import type { CoHostBan } from './ban.entity';
import { BanRepository } from './ban.repository';

/** Bans users from a session: they lose seat and invitation, and get no other until the ban is lifted. */
@Injectable()
export class BanService {
  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly access: SessionAccess,
    private readonly bans: BanRepository,
    private readonly sessions: SessionRepository,
    private readonly members: MemberRepository,
    private readonly changes: SessionChanges,
    private readonly removal: SeatRemoval,
    private readonly invitations: InvitationLifecycle,
    private readonly flow: SessionFlow,
  ) {}

  /**
   * Idempotent. Takes the channel's lock, as accepting does, so a banned user can't be seated at the same time.
   * @throws DomainError channel_not_found, session_not_found, not_allowed, invalid_input
   */
  async ban(caller: Caller, channelId: string, userId: string): Promise<CoHostBanView> {
    const session = await this.access.active(caller, channelId);
    requireOwner(caller, session.hostId, 'ban from this co-hosting');
    if (userId === session.hostId) throw new DomainError('invalid_input', { reason: 'userId: the host' });
    const { id } = session;

    const { ban, member } = await this.bus.transaction(this.db, async (tx) => {
      await this.sessions.reserve({ channelIds: [channelId], userIds: [] }, tx);
      const locked = requireActive(await this.sessions.lock(id, tx));
      const earlier = (await this.members.ofSession(id, tx)).find((m) => m.userId === userId);
      const ban = await this.bans.insert({ sessionId: id, userId, name: earlier?.name ?? userId }, tx);
      await this.invitations.dismiss(channelId, userId, tx);
      const member = await this.removal.unseat(locked, userId, 'banned_by_host', tx);
      if (member) await this.changes.announce(id, tx);
      return { ban, member } satisfies { ban: CoHostBan; member: CoHostMember | null };
    });

    if (member) {
      await afterCommit(() => this.removal.expel(session, [member]));
      await this.flow.settleQuietly(id);
    }
    return banView(ban);
  }

  /** @throws DomainError channel_not_found, session_not_found, not_allowed */
  async list(caller: Caller, channelId: string): Promise<ListView<CoHostBanView>> {
    const { id, hostId } = await this.access.active(caller, channelId);
    requireOwner(caller, hostId, 'see who is banned here', { admin: true });
    return { items: (await this.bans.list(id)).map(banView), nextCursor: null };
  }

  /** @throws DomainError channel_not_found, session_not_found, not_allowed, ban_not_found */
  async lift(caller: Caller, channelId: string, userId: string): Promise<void> {
    const { id, hostId } = await this.access.active(caller, channelId);
    requireOwner(caller, hostId, 'lift bans of this co-hosting');
    if (!(await this.bans.lift(id, userId))) throw new DomainError('ban_not_found', { userId });
  }
}

function banView({ userId, name, createdAt }: CoHostBan): CoHostBanView {
  return { userId, name, createdAt: createdAt.toISOString() };
}
