import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { EventBus, Log } from '../../platform/common';
import { type ConferenceMember, ConferenceFacade } from '../../conference';
import type { CoHostMember, CoHostSession } from '../co-host.entity';
import { CoHostAirChanged, CoHostMemberRemoved } from '../co-host.events';
import { CoHostRepository } from '../co-host.repository';
import { sessionStates } from '../co-host.state';
import { seatChanges } from './seats';
import { SessionChanges } from '../session/session-changes';

/** Keeps the seats of a session and the members of its conference in agreement. */
@Injectable()
export class SessionSeats {
  private readonly log = new Log('co-host');

  constructor(
    private readonly bus: EventBus,
    private readonly conferences: ConferenceFacade,
    private readonly sessions: CoHostRepository,
    private readonly changes: SessionChanges,
  ) {}

  /**
   * Conference → seats: who is connected is on the air, who has left gives up his seat, and what conference control
   * allows is what the mix shows. The seats are read before the members, and written only where they are still as
   * they were read (CoHostMember.turn).
   * @returns whether a seat changed
   */
  async follow(session: CoHostSession): Promise<boolean> {
    const seats = await this.sessions.members(session.id);
    const wanted = seatChanges(seats, await this.conferences.members(session.conferenceId));
    if (wanted.length === 0) return false;
    const left: CoHostMember[] = [];
    const changed = await this.changes.change(session.id, async (locked, tx) => {
      // What another conference says, which the session has left since, is no news of its seats.
      if (sessionStates.isFinal(locked.state) || locked.conferenceId !== session.conferenceId) return false;
      let any = false;
      for (const { member, set } of wanted) {
        if (!(await this.sessions.changeSeat(member, set, tx))) continue;
        any = true;
        if (set.state === 'left') left.push(member);
        if (set.state === 'on-air' || set.state === 'left')
          this.publishAir(locked, member, set.state === 'on-air');
      }
      left.filter((m) => m.role === 'guest').forEach((m) => this.publishRemoved(locked, m, 'left'));
      return any;
    });
    if (changed) await this.bar(session, left);
    return changed;
  }

  /**
   * A guest gives up his seat and his place in the conference.
   * @param reason a stable code that he is told
   * @returns false when he had no seat
   */
  async vacate(session: CoHostSession, userId: string, reason: string): Promise<boolean> {
    const left: CoHostMember[] = [];
    await this.changes.change(session.id, async (locked, tx) => {
      const member = await this.unseat(locked, userId, reason, tx);
      if (member) left.push(member);
      return member !== null;
    });
    await this.bar(session, left);
    return left.length > 0;
  }

  /**
   * Guests who were accepted and never came into the call give up their seats; so does whoever was on the air and has
   * not followed his session into another conference.
   * @param before seated, or let in there, by then
   * @returns whether anybody did
   */
  async vacateAbsent(session: CoHostSession, before: Date): Promise<boolean> {
    const late = (await this.absent(session, before)).filter((m) => m.role === 'guest');
    if (late.length === 0) return false;
    const left: CoHostMember[] = [];
    await this.changes.change(session.id, async (locked, tx) => {
      if (sessionStates.isFinal(locked.state)) return false;
      for (const member of late) {
        if (!(await this.sessions.changeSeat(member, { state: 'left' }, tx))) continue;
        left.push(member);
        this.publishRemoved(locked, member, 'connecting_timeout');
        this.publishAir(locked, member, false);
      }
      return left.length > 0;
    });
    await this.bar(session, left);
    return left.length > 0;
  }

  /** Was the host on the air, and has not followed his session into another conference? */
  async hasLostHost(session: CoHostSession, before: Date): Promise<boolean> {
    return (await this.absent(session, before)).some((m) => m.role === 'host' && m.state === 'on-air');
  }

  /** Has nobody a seat but a host who isn't in the call, nor on his way into it? */
  async isDeserted(session: CoHostSession): Promise<boolean> {
    const seated = (await this.sessions.members(session.id)).filter((m) => m.state !== 'left');
    if (seated.some((m) => m.role === 'guest' || m.state !== 'invited')) return false;
    return (await this.present(session)).size === 0;
  }

  /** The part of `vacate` that is done under the session's lock; `bar` is to follow. @returns null: he had no seat */
  async unseat(
    locked: CoHostSession,
    userId: string,
    reason: string,
    tx: EntityManager,
  ): Promise<CoHostMember | null> {
    const members = await this.sessions.members(locked.id, tx);
    const member = members.find((m) => m.userId === userId && m.role === 'guest' && m.state !== 'left');
    if (!member || sessionStates.isFinal(locked.state)) return null;
    await this.sessions.changeSeat(member, { state: 'left' }, tx);
    this.publishRemoved(locked, member, reason);
    this.publishAir(locked, member, false);
    return member;
  }

  /**
   * Seats → conference, for what was interrupted: whoever has no seat (any more) may not stay in the call, nor who was
   * in it for a PK. Nobody is taken for such a one who is seated at the same moment: seat and admission are one commit,
   * and the call is looked at first.
   */
  async barLeavers({ id, conferenceId }: CoHostSession): Promise<void> {
    const inCall = (await this.conferences.members(conferenceId)).filter((m) => m.state !== 'left');
    const people = await this.sessions.peopleOf(conferenceId);
    if ((await this.sessions.find(id))?.conferenceId !== conferenceId) return;
    for (const member of inCall) if (!people.has(member.userId)) await this.putOut(id, conferenceId, member);
  }

  /**
   * A host isn't barred: he ends the session. Nor is who has a seat in the session that this one is paired with, or
   * has been accepted again meanwhile: the call is looked at before the seats, and who is let in after that is another
   * admission. Whoever can't be put out now is by `barLeavers`.
   */
  async bar({ id, conferenceId }: CoHostSession, members: readonly CoHostMember[]): Promise<void> {
    const guests = new Set(members.filter((m) => m.role === 'guest').map(({ userId }) => userId));
    if (guests.size === 0) return;
    const known = await this.conferences.members(conferenceId);
    const seated = await this.sessions.peopleOf(conferenceId);
    for (const member of known) {
      if (guests.has(member.userId) && !seated.has(member.userId))
        await this.putOut(id, conferenceId, member);
    }
  }

  private async putOut(
    sessionId: string,
    conferenceId: string,
    { userId, admission }: ConferenceMember,
  ): Promise<void> {
    try {
      await this.conferences.expel(conferenceId, userId, admission);
    } catch (error) {
      this.log.error({ err: error, sessionId, conferenceId, userId }, 'could not put a guest out');
    }
  }

  /** Who has a seat since then, and hasn't come into the conference that the session is in now. */
  private async absent(session: CoHostSession, before: Date): Promise<CoHostMember[]> {
    const late = (await this.sessions.members(session.id)).filter(
      (m) => m.state !== 'left' && m.seatedAt <= before,
    );
    if (late.length === 0) return [];
    const members = await this.conferences.members(session.conferenceId);
    const stateOf = new Map(members.map((m) => [m.userId, m.state]));
    const present = ['joined', 'connected'];
    // Whoever was on the air and has left is `follow`'s.
    return late.filter(({ userId, state }) => {
      const now = stateOf.get(userId);
      return state === 'on-air' ? now === 'invited' : !present.includes(now ?? 'left');
    });
  }

  /** User ids of those who are in the call, or on their way into it. */
  private async present({ conferenceId }: CoHostSession): Promise<Set<string>> {
    const members = await this.conferences.members(conferenceId);
    return new Set(
      members.filter((m) => m.state === 'joined' || m.state === 'connected').map((m) => m.userId),
    );
  }

  /** Before the mix is on the air nobody is; whoever is in the call by then comes on with it (SessionFlow). */
  private publishAir({ channelId, id, liveAt }: CoHostSession, member: CoHostMember, onAir: boolean): void {
    if (member.role === 'host' || liveAt === null || (!onAir && member.state !== 'on-air')) return;
    this.bus.publish(new CoHostAirChanged(channelId, id, member.userId, member.name, onAir));
  }

  private publishRemoved({ channelId, id }: CoHostSession, { userId }: CoHostMember, reason: string): void {
    this.bus.publish(new CoHostMemberRemoved(channelId, id, userId, reason));
  }
}
