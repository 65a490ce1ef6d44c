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
import { type ChannelRecord, LiveFacade } from '../../live';
import type { CoHostSession } from '../co-host.entity';
import { CoHostJobs } from '../co-host.jobs';
import { CoHostRepository } from '../co-host.repository';
import { sessionStates } from '../co-host.state';
import { invitationView } from '../co-host.view';
import { InvitationChecks } from './invitation-checks';
import { InvitationService } from './invitation.service';
import { chooseSeat } from '../seats/seats';
import { SessionChanges } from '../session/session-changes';
import { SessionFlow } from '../session/session-flow';
import { SessionOpening } from '../session/session-opening';

interface Viewer {
  userId: string;
  name: string;
}

/** Accepting: from an invitation to a seat in the session of the channel, of which there is one at a time. */
@Injectable()
export class AdmissionService {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly invitations: InvitationService,
    private readonly checks: InvitationChecks,
    private readonly sessions: CoHostRepository,
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
   * The mix starts after it; where that fails or is interrupted, the sweep starts it.
   * @throws DomainError invitation_not_found, not_allowed, invalid_transition, user_blocked, user_busy, already_on_air,
   * seats_full, seat_taken, seat_locked
   */
  async accept(caller: Caller, invitationId: string): Promise<AcceptView> {
    const before = await this.invitations.requireParty(caller, invitationId, 'accepted');
    const channel = await this.live.get(before.channelId);
    if (await this.restrictions.isBanned(channel.id, before.userId)) {
      throw new DomainError('user_blocked', { userId: before.userId });
    }
    const userName = caller.userId === before.userId ? caller.name : undefined;

    const { invitation, session } = await this.bus.transaction(this.db, async (tx) => {
      await this.sessions.lockChannel(channel.id, tx);
      await this.sessions.lockUsers([before.userId, channel.ownerId], tx);
      await this.checks.requireFree(channel.id, [before.userId, channel.ownerId], tx);
      const accepted = await this.invitations.accept(before, userName, tx);
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
    if (!session || (session.state !== 'connecting' && session.state !== 'live')) {
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
    const members = await this.sessions.members(sessionId, tx);
    const earlier = members.find((m) => m.userId === userId);
    if (earlier && earlier.state !== 'left') throw new DomainError('already_on_air');
    const seat = chooseSeat(session, members, wanted);
    if (earlier) await this.sessions.seatAgain(earlier, { name, seat }, tx);
    else await this.sessions.seat({ id: randomUUID(), sessionId, userId, name, seat, role: 'guest' }, tx);
  }
}
