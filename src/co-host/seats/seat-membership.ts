import { Injectable } from '@nestjs/common';
import { EventBus } from '../../platform/common';
import { ConferenceFacade } from '../../conference';
import { SessionChanges } from '../session/session-changes';
import type { CoHostSession } from '../session/session.entity';
import { sessionStates } from '../session/session.state';
import { absentOf, isDeserted, isHostLost } from './absence';
import { seatChanges } from './seat-changes';
import { SeatRemoval } from './seat-removal';
import type { CoHostMember } from './member.entity';
import { CoHostAirChanged } from './seat.events';
import { MemberRepository } from './member.repository';

/** Brings the seats of a session in line with the members of its conference. */
@Injectable()
export class SeatMembership {
  constructor(
    private readonly bus: EventBus,
    private readonly conferences: ConferenceFacade,
    private readonly members: MemberRepository,
    private readonly changes: SessionChanges,
    private readonly removal: SeatRemoval,
  ) {}

  /**
   * Members who are connected are on the air, those who have left give up their seats, and what conference control
   * allows is what the mix shows. The session's members are read first, and written only if they are unchanged since
   * (CoHostMember.generation).
   * @returns whether a seat changed
   */
  async follow(session: CoHostSession): Promise<boolean> {
    const members = await this.members.ofSession(session.id);
    const wanted = seatChanges(members, await this.conferences.members(session.conferenceId));
    if (wanted.length === 0) return false;
    const left: CoHostMember[] = [];
    const changed = await this.changes.change(session.id, async (locked, tx) => {
      // The session may have moved to another conference meanwhile.
      if (sessionStates.isFinal(locked.state) || locked.conferenceId !== session.conferenceId) return false;
      let any = false;
      for (const { member, set } of wanted) {
        if (!(await this.members.change(member, set, tx))) continue;
        any = true;
        if (set.state === 'on-air') this.announceOnAir(locked, member);
        if (set.state !== 'left') continue;
        left.push(member);
        this.removal.announce(locked, member, 'left');
      }
      return any;
    });
    if (changed) await this.removal.expel(session, left);
    return changed;
  }

  /**
   * Guests who were accepted and never came into the call give up their seats; so do those who were on the air and
   * have not followed their session into another conference.
   * @param before concerns those who were seated, or moved to another conference, by then
   * @returns whether anybody gave up a seat
   */
  async vacateAbsent(session: CoHostSession, before: Date): Promise<boolean> {
    const late = (await this.absent(session, before)).filter((m) => m.role === 'guest');
    if (late.length === 0) return false;
    const left: CoHostMember[] = [];
    await this.changes.change(session.id, async (locked, tx) => {
      if (sessionStates.isFinal(locked.state)) return false;
      for (const member of late) {
        if (await this.removal.take(locked, member, 'connecting_timeout', tx)) left.push(member);
      }
      return left.length > 0;
    });
    await this.removal.expel(session, left);
    return left.length > 0;
  }

  /** Whether the host was on the air, but has not followed the session into another conference. */
  async hasLostHost(session: CoHostSession, before: Date): Promise<boolean> {
    return isHostLost(await this.absent(session, before));
  }

  /** Whether nobody is seated but a host who is neither in the call nor joining it. */
  async isEmpty(session: CoHostSession): Promise<boolean> {
    const members = await this.members.ofSession(session.id);
    return isDeserted(members, await this.conferences.members(session.conferenceId));
  }

  /** Those seated by then who haven't joined the session's current conference. */
  private async absent(session: CoHostSession, before: Date): Promise<CoHostMember[]> {
    const members = await this.members.ofSession(session.id);
    return absentOf(members, await this.conferences.members(session.conferenceId), before);
  }

  /** Not before the mix is live; SessionFlow announces guests connected by then. */
  private announceOnAir(
    { channelId, id, liveAt }: CoHostSession,
    { userId, name, role }: CoHostMember,
  ): void {
    if (role === 'host' || liveAt === null) return;
    this.bus.publish(new CoHostAirChanged(channelId, id, userId, name, true));
  }
}
