import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth';
import { DomainError } from '../../platform/common';
import type { CoHostView } from '../../contracts';
import type { CoHostSession } from '../co-host.entity';
import { CoHostRepository } from '../co-host.repository';
import { sessionStates } from '../co-host.state';
import { requireGuestSeat, requireOpenSeat, sitterOf } from './seats';
import { requireThat, SessionAccess } from '../session/session-access';
import { SessionChanges } from '../session/session-changes';
import { SessionFlow } from '../session/session-flow';

/** Who sits where, and where nobody may. The mix follows. */
@Injectable()
export class SeatService {
  constructor(
    private readonly access: SessionAccess,
    private readonly sessions: CoHostRepository,
    private readonly changes: SessionChanges,
    private readonly flow: SessionFlow,
  ) {}

  /**
   * The host moves a guest, or makes two change places; a guest takes a free seat for himself.
   * @throws DomainError not_allowed, member_not_found, invalid_input, seat_locked, seat_taken, session_not_found
   */
  async move(caller: Caller, session: CoHostSession, userId: string, seat: number): Promise<void> {
    const byHost = caller.userId === session.hostId;
    requireThat(byHost || caller.userId === userId, 'move this member');
    if (userId === session.hostId) {
      throw new DomainError('invalid_input', { reason: 'seat: the host keeps his own' });
    }
    const moved = await this.changes.change(session.id, async (locked, tx) => {
      if (sessionStates.isFinal(locked.state)) throw new DomainError('session_not_found');
      const members = await this.sessions.members(session.id, tx);
      const member = members.find((m) => m.userId === userId && m.state !== 'left');
      if (!member) throw new DomainError('member_not_found', { userId });
      if (member.seat === seat) return false;
      requireOpenSeat(locked, seat);
      const other = sitterOf(members, seat);
      if (other && !byHost) throw new DomainError('seat_taken', { seat });
      await this.sessions.moveTo(seat, member, other, tx);
      return true;
    });
    if (moved) await this.flow.settleQuietly(session.id);
  }

  /**
   * Who sits on a seat that is locked stays; after him nobody can take it.
   * @throws DomainError channel_not_found, session_not_found, not_allowed, invalid_input
   */
  async lock(caller: Caller, channelId: string, seat: number, locked: boolean): Promise<CoHostView> {
    const { id, hostId } = await this.access.active(caller, channelId);
    requireThat(caller.userId === hostId, 'lock seats of this co-hosting');
    await this.changes.change(id, async (session, tx) => {
      if (sessionStates.isFinal(session.state)) throw new DomainError('session_not_found');
      requireGuestSeat(session.seatLimit, seat);
      const { lockedSeats } = session;
      if (lockedSeats.includes(seat) === locked) return false;
      const now = locked ? [...lockedSeats, seat] : lockedSeats.filter((other) => other !== seat);
      await this.sessions.update(id, { lockedSeats: now.sort((a, b) => a - b) }, tx);
      return true;
    });
    return this.changes.read(id);
  }
}
