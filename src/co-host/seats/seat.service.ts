import { Injectable } from '@nestjs/common';
import { type Caller, isOwnerOrAdmin, requireOwner } from '../../auth';
import { DomainError } from '../../platform/common';
import { ConferenceFacade } from '../../conference';
import type { CoHostMemberPatch, CoHostView } from '../../contracts';
import { BanService } from '../bans/ban.service';
import { requireActive, requireThat, SessionAccess } from '../session/session-access';
import { SessionChanges } from '../session/session-changes';
import { SessionFlow } from '../session/session-flow';
import type { CoHostSession } from '../session/session.entity';
import { SessionRepository } from '../session/session.repository';
import { SeatMembership } from './seat-membership';
import { requireGuestSeat, requireOpenSeat, memberOnSeat } from './seat-plan';
import { SeatRemoval } from './seat-removal';
import type { CoHostMember } from './member.entity';
import { MemberRepository } from './member.repository';
import { isSeated } from './seat.state';

/** Who sits where and is seen and heard, and where nobody may sit. The mix follows. */
@Injectable()
export class SeatService {
  constructor(
    private readonly access: SessionAccess,
    private readonly sessions: SessionRepository,
    private readonly members: MemberRepository,
    private readonly membership: SeatMembership,
    private readonly removal: SeatRemoval,
    private readonly changes: SessionChanges,
    private readonly flow: SessionFlow,
    private readonly bans: BanService,
    private readonly conferences: ConferenceFacade,
  ) {}

  /**
   * Mutes or unmutes a member, hides their camera, or moves them to another seat, in the call and in the mix; or sets how
   * loud they are in the mix. Hosts and admins may do so to anybody; guests, but for the last, to themselves.
   * @throws DomainError channel_not_found, session_not_found, not_allowed, member_not_found, muted_by_host,
   * invalid_input, seat_locked, seat_taken
   */
  async setMember(
    caller: Caller,
    channelId: string,
    userId: string,
    { audio, video, gain, seat }: CoHostMemberPatch,
  ): Promise<CoHostView> {
    const session = await this.access.active(caller, channelId);
    const { id, hostId, conferenceId } = session;
    const isHost = isOwnerOrAdmin(caller, hostId);
    requireThat(isHost || caller.userId === userId, 'change this member');
    requireThat(isHost || gain === undefined, 'set how loud you are');
    requireSeated(await this.members.ofSession(id), userId);
    if (seat !== undefined) await this.move(caller, session, userId, seat);
    const by = caller.userId === userId ? 'self' : 'host';
    await this.conferences.setPermissions(conferenceId, userId, { audio, video, gain }, by);
    await this.membership.follow(session);
    await this.flow.settleQuietly(id);
    return this.changes.read(id);
  }

  /**
   * The host removes a guest (and bans them), or a guest leaves. A host who leaves ends the session.
   * @throws DomainError channel_not_found, session_not_found, not_allowed, member_not_found
   */
  async removeMember(caller: Caller, channelId: string, userId: string, ban: boolean): Promise<void> {
    const session = await this.access.active(caller, channelId);
    const isSelf = caller.userId === userId;
    requireThat(isSelf || caller.userId === session.hostId, 'remove this member');
    if (userId === session.hostId) return this.flow.end(session.id, 'ended_by_host');
    if (ban && !isSelf) return void (await this.bans.ban(caller, channelId, userId));
    if (!(await this.removal.vacate(session, userId, isSelf ? 'left' : 'removed_by_host'))) {
      throw new DomainError('member_not_found', { userId });
    }
    await this.flow.settleQuietly(session.id);
  }

  /**
   * A guest whose seat gets locked stays on it; after them nobody can take it.
   * @throws DomainError channel_not_found, session_not_found, not_allowed, invalid_input
   */
  async lock(caller: Caller, channelId: string, seat: number, locked: boolean): Promise<CoHostView> {
    const { id, hostId } = await this.access.active(caller, channelId);
    requireOwner(caller, hostId, 'lock seats of this co-hosting');
    await this.changes.change(id, async (session, tx) => {
      const { seatLimit, lockedSeats } = requireActive(session);
      requireGuestSeat(seatLimit, seat);
      if (lockedSeats.includes(seat) === locked) return false;
      const now = locked ? [...lockedSeats, seat] : lockedSeats.filter((other) => other !== seat);
      await this.sessions.update(id, { lockedSeats: now.sort((a, b) => a - b) }, tx);
      return true;
    });
    return this.changes.read(id);
  }

  /** The host moves a guest, or makes two change places; a guest takes a free seat. */
  private async move(caller: Caller, session: CoHostSession, userId: string, seat: number): Promise<void> {
    if (userId === session.hostId) {
      throw new DomainError('invalid_input', { reason: 'seat: a host keeps their own' });
    }
    const moved = await this.changes.change(session.id, async (locked, tx) => {
      const members = await this.members.ofSession(requireActive(locked).id, tx);
      const member = requireSeated(members, userId);
      if (member.seat === seat) return false;
      requireOpenSeat(locked, seat);
      const other = memberOnSeat(members, seat);
      if (other && !isOwnerOrAdmin(caller, session.hostId)) throw new DomainError('seat_taken', { seat });
      await this.members.move(seat, member, other, tx);
      return true;
    });
    if (moved) await this.flow.settleQuietly(session.id);
  }
}

/** @throws DomainError member_not_found */
function requireSeated(members: readonly CoHostMember[], userId: string): CoHostMember {
  const member = members.find((m) => m.userId === userId && isSeated(m));
  if (!member) throw new DomainError('member_not_found', { userId });
  return member;
}
