import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import type { Caller } from '../../auth';
import { DomainError, EventBus } from '../../platform/common';
import { ConferenceFacade } from '../../conference';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import type { AcceptView } from '../../contracts';
import { RestrictionFacade } from '../../im';
import { type ChannelRecord, LiveFacade, requireNotSuspended } from '../../live';
import { CoHostJobs } from '../co-host.jobs';
import { chooseSeat } from '../seats/seat-plan';
import { MemberRepository } from '../seats/member.repository';
import { isSeated } from '../seats/seat.state';
import { SessionChanges } from '../session/session-changes';
import { SessionFlow } from '../session/session-flow';
import { SessionOpening } from '../session/session-opening';
import type { CoHostSession } from '../session/session.entity';
import { SessionRepository } from '../session/session.repository';
import { mixingStates, sessionStates } from '../session/session.state';
import { InvitationAccess } from './invitation-access';
import { InvitationChecks } from './invitation-checks';
import { InvitationLifecycle } from './invitation-lifecycle';
import { invitationView } from './invitation.view';

interface Viewer {
  userId: string;
  name: string;
}

/** Accepts an invitation: gives the viewer a seat in the channel's session, opening it if needed. */
@Injectable()
export class AdmissionService {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly invitations: InvitationLifecycle,
    private readonly access: InvitationAccess,
    private readonly checks: InvitationChecks,
    private readonly sessions: SessionRepository,
    private readonly members: MemberRepository,
    private readonly opening: SessionOpening,
    private readonly changes: SessionChanges,
    private readonly flow: SessionFlow,
    private readonly jobs: CoHostJobs,
    private readonly live: LiveFacade,
    private readonly restrictions: RestrictionFacade,
    private readonly conferences: ConferenceFacade,
  ) {}

  /**
   * One commit: the invitation is accepted, there is a session with a conference, the viewer is admitted and seated.
   * The mix starts after the commit; if that fails or is interrupted, the sweep starts it.
   * @throws DomainError invitation_not_found, not_allowed, invalid_transition, channel_suspended, user_blocked, user_busy, already_on_air,
   * seats_full, seat_taken, seat_locked
   */
  async accept(caller: Caller, invitationId: string): Promise<AcceptView> {
    const before = await this.access.party(caller, invitationId, 'accepted');
    const channel = await this.live.get(before.channelId);
    requireNotSuspended(channel);
    if (await this.restrictions.isBanned(channel.id, before.userId)) {
      throw new DomainError('user_blocked', { userId: before.userId });
    }
    const userName = caller.userId === before.userId ? caller.name : undefined;

    const { invitation, session } = await this.bus.transaction(this.db, async (tx) => {
      const userIds = [before.userId, channel.ownerId];
      await this.sessions.reserve({ channelIds: [channel.id], userIds }, tx);
      await this.checks.requireFree(channel.id, userIds, tx);
      const accepted = await this.invitations.accept(before.id, userName, tx);
      const viewer = { userId: accepted.userId, name: accepted.userName };
      const running = await this.sessions.findActive(channel.id, tx);
      const joined = running
        ? await this.join(running, viewer, channel, tx)
        : await this.opening.open(channel, { admitted: [viewer] }, tx);
      await this.seat(joined, viewer, accepted.seat, tx);
      await this.changes.announce(joined.id, tx);
      return { invitation: accepted, session: joined };
    });

    await this.jobs.settleSession(session.id, this.config.CONNECTING_TIMEOUT_MS);
    await this.flow.settleQuietly(session.id);
    return { invitation: invitationView(invitation), session: await this.changes.read(session.id) };
  }

  /** @throws DomainError invalid_transition when the session is about to end */
  private async join(
    { id }: CoHostSession,
    guest: Viewer,
    { seatLimit }: ChannelRecord,
    tx: EntityManager,
  ): Promise<CoHostSession> {
    const session = await this.sessions.lock(id, tx);
    if (!session || !mixingStates.includes(session.state)) {
      const from = session?.state ?? 'ended';
      throw new DomainError('invalid_transition', { subject: sessionStates.subject, from, to: 'live' });
    }
    await this.checks.requireUnbanned(session, guest.userId, tx);
    await this.sessions.update(id, { seatLimit }, tx);
    const { conferenceId, hostId } = session;
    await this.conferences.admit(conferenceId, guest.userId, guest.name, tx, { moderatorId: hostId });
    return { ...session, seatLimit };
  }

  private async seat(
    session: CoHostSession,
    { userId, name }: Viewer,
    wanted: number | null,
    tx: EntityManager,
  ): Promise<void> {
    const { id: sessionId } = session;
    const members = await this.members.ofSession(sessionId, tx);
    const earlier = members.find((m) => m.userId === userId);
    if (earlier && isSeated(earlier)) throw new DomainError('already_on_air');
    const seat = chooseSeat(session, members, wanted);
    if (earlier) await this.members.reseat(earlier, { name, seat }, tx);
    else await this.members.insert({ id: randomUUID(), sessionId, userId, name, seat, role: 'guest' }, tx);
  }
}
