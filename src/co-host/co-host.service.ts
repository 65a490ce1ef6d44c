import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth';
import { DomainError } from '../platform/common';
import { ConferenceFacade } from '../conference';
import type { CoHostMemberPatch, CoHostPatch, CoHostView } from '../contracts';
import { BanService } from './bans/ban.service';
import { CoHostRepository } from './co-host.repository';
import { sessionStates } from './co-host.state';
import { SeatService } from './seats/seat.service';
import { requireThat, SessionAccess } from './session/session-access';
import { SessionChanges } from './session/session-changes';
import { SessionFlow } from './session/session-flow';
import { SessionSeats } from './seats/session-seats';

/** What people do with the running session of a channel. */
@Injectable()
export class CoHostService {
  constructor(
    private readonly sessions: CoHostRepository,
    private readonly changes: SessionChanges,
    private readonly seats: SessionSeats,
    private readonly flow: SessionFlow,
    private readonly access: SessionAccess,
    private readonly places: SeatService,
    private readonly bans: BanService,
    private readonly conferences: ConferenceFacade,
  ) {}

  /** The running session, or null. @throws DomainError channel_not_found */
  async find(caller: Caller, channelId: string): Promise<CoHostView | null> {
    const session = await this.access.findActive(caller, channelId);
    return session && this.changes.read(session.id);
  }

  /** @throws DomainError channel_not_found, session_not_found, not_allowed */
  async patch(caller: Caller, channelId: string, { layout, output }: CoHostPatch): Promise<CoHostView> {
    const { id, hostId } = await this.access.active(caller, channelId);
    requireThat(caller.userId === hostId || caller.role === 'admin', 'change the mix of this co-hosting');
    const set = { ...(layout && { layout }), ...(output && { output }) };
    await this.changes.change(id, async (session, tx) => {
      if (sessionStates.isFinal(session.state)) throw new DomainError('session_not_found');
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
    const isHost = caller.userId === hostId;
    requireThat(isHost || caller.role === 'admin', 'end this co-hosting');
    await this.flow.end(id, isHost ? 'ended_by_host' : 'ended_by_admin');
  }

  /**
   * The host removes a guest, or a guest leaves. A host who leaves ends the session.
   * @throws DomainError channel_not_found, session_not_found, not_allowed, member_not_found
   */
  async removeMember(caller: Caller, channelId: string, userId: string, ban: boolean): Promise<void> {
    const session = await this.access.active(caller, channelId);
    const isSelf = caller.userId === userId;
    requireThat(isSelf || caller.userId === session.hostId, 'remove this member');
    if (userId === session.hostId) return this.flow.end(session.id, 'ended_by_host');
    if (ban && !isSelf) return void (await this.bans.ban(caller, channelId, userId));
    if (!(await this.seats.vacate(session, userId, isSelf ? 'left' : 'removed_by_host'))) {
      throw new DomainError('member_not_found', { userId });
    }
    await this.flow.settleQuietly(session.id);
  }

  /**
   * Mutes or unmutes a member, hides his camera, or moves him to another seat, in the call and in the mix; the host
   * anybody, a guest himself.
   * @throws DomainError channel_not_found, session_not_found, not_allowed, member_not_found, muted_by_host,
   * media_unavailable, and those of SeatService.move
   */
  async setMember(
    caller: Caller,
    channelId: string,
    userId: string,
    patch: CoHostMemberPatch,
  ): Promise<CoHostView> {
    const session = await this.access.active(caller, channelId);
    requireThat(caller.userId === userId || caller.userId === session.hostId, 'mute this member');
    const members = await this.sessions.members(session.id);
    if (!members.some((m) => m.userId === userId && m.state !== 'left')) {
      throw new DomainError('member_not_found', { userId });
    }
    const { audio, video, seat } = patch;
    if (seat !== undefined) await this.places.move(caller, session, userId, seat);
    const by = caller.userId === userId ? 'self' : 'host';
    await this.conferences.setPermissions(session.conferenceId, userId, { audio, video }, by);
    await this.seats.follow(session);
    await this.flow.settleQuietly(session.id);
    return this.changes.read(session.id);
  }
}
