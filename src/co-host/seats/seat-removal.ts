import type { CoHostRemovalReason } from '../../contracts';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { EventBus, Log } from '../../platform/common';
import { type ConferenceMemberRecord, ConferenceFacade } from '../../conference';
import { SessionChanges } from '../session/session-changes';
import type { CoHostSession } from '../session/session.entity';
import { SessionRepository } from '../session/session.repository';
import { sessionStates } from '../session/session.state';
import type { CoHostMember } from './member.entity';
import { CoHostAirChanged, CoHostMemberRemoved } from './seat.events';
import { MemberRepository } from './member.repository';
import { isSeated } from './seat.state';

/** Takes guests' seats, and with them their place in the conference. Hosts keep both until the session ends. */
@Injectable()
export class SeatRemoval {
  private readonly log = new Log('co-host');

  constructor(
    private readonly bus: EventBus,
    private readonly conferences: ConferenceFacade,
    private readonly sessions: SessionRepository,
    private readonly members: MemberRepository,
    private readonly changes: SessionChanges,
  ) {}

  /**
   * Takes seat and place in the conference.
   * @param reason a stable code that the guest is told
   * @returns false when the user had no seat
   */
  async vacate(session: CoHostSession, userId: string, reason: CoHostRemovalReason): Promise<boolean> {
    const left: CoHostMember[] = [];
    await this.changes.change(session.id, async (locked, tx) => {
      const member = await this.unseat(locked, userId, reason, tx);
      if (member) left.push(member);
      return member !== null;
    });
    await this.expel(session, left);
    return left.length > 0;
  }

  /** The part of `vacate` under the session's lock; call `expel` after it. @returns null: they had no seat */
  async unseat(
    locked: CoHostSession,
    userId: string,
    reason: CoHostRemovalReason,
    tx: EntityManager,
  ): Promise<CoHostMember | null> {
    const members = await this.members.ofSession(locked.id, tx);
    const member = members.find((m) => m.userId === userId && m.role === 'guest' && isSeated(m));
    if (!member || sessionStates.isFinal(locked.state)) return null;
    await this.take(locked, member, reason, tx);
    return member;
  }

  /** Under the session's lock. @returns false when the seat has changed since it was read */
  async take(
    locked: CoHostSession,
    member: CoHostMember,
    reason: CoHostRemovalReason,
    tx: EntityManager,
  ): Promise<boolean> {
    const taken = await this.members.change(member, { state: 'left' }, tx);
    if (taken) this.announce(locked, member, reason);
    return taken;
  }

  /** @param member as it was before its seat was given up */
  announce(
    { channelId, id, liveAt }: CoHostSession,
    member: CoHostMember,
    reason: CoHostRemovalReason,
  ): void {
    const { userId, name, role, state } = member;
    if (role === 'host') return;
    this.bus.publish(new CoHostMemberRemoved(channelId, id, userId, reason));
    if (liveAt === null || state !== 'on-air') return;
    this.bus.publish(new CoHostAirChanged(channelId, id, userId, name, false));
  }

  /**
   * Guests who have lost their seat leave the conference. Those with a seat in the paired session stay, and those who
   * were accepted again meanwhile: the conference is read before the seats, and a later acceptance is another
   * admission. `expelUnseated` makes up for what fails here.
   */
  async expel({ id, conferenceId }: CoHostSession, members: readonly CoHostMember[]): Promise<void> {
    const guests = new Set(members.filter((m) => m.role === 'guest').map(({ userId }) => userId));
    if (guests.size === 0) return;
    const known = await this.conferences.members(conferenceId);
    const seated = await this.members.peopleOf(conferenceId);
    for (const member of known) {
      if (guests.has(member.userId) && !seated.has(member.userId))
        await this.tryExpel(id, conferenceId, member);
    }
  }

  /**
   * Makes up for what was interrupted: nobody without a seat stays in the conference, not even those who came for a PK
   * that is over. Users who are just being seated are safe: seat and admission are one commit, and the conference is
   * read first.
   */
  async expelUnseated({ id, conferenceId }: CoHostSession): Promise<void> {
    const inCall = (await this.conferences.members(conferenceId)).filter((m) => m.state !== 'left');
    const seated = await this.members.peopleOf(conferenceId);
    if ((await this.sessions.find(id))?.conferenceId !== conferenceId) return;
    for (const member of inCall) {
      if (!seated.has(member.userId)) await this.tryExpel(id, conferenceId, member);
    }
  }

  private async tryExpel(
    sessionId: string,
    conferenceId: string,
    { userId, admission }: ConferenceMemberRecord,
  ): Promise<void> {
    try {
      await this.conferences.expel(conferenceId, userId, admission);
    } catch (error) {
      this.log.error({ err: error, sessionId, conferenceId, userId }, 'could not expel a guest');
    }
  }
}
