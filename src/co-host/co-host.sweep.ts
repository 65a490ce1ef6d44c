import { Injectable } from '@nestjs/common';
import { Log, Sweeper } from '../platform/common';
import { DUTIES, LastingConnection } from '../platform/database';
import type { CoHostSession } from './session/session.entity';
import { SessionInspection } from './session/session-inspection';
import { sessionStates } from './session/session.state';
import { InvitationRepository } from './invitations/invitation.repository';
import { InvitationLifecycle } from './invitations/invitation-lifecycle';
import { SessionFlow } from './session/session-flow';
import { SeatMembership } from './seats/seat-membership';
import { SeatRemoval } from './seats/seat-removal';

const SWEEP_MS = 5000;

/** In one API process at a time, one thing after another; each step is safe to be done twice. */
@Injectable()
export class CoHostSweep extends Sweeper {
  constructor(
    connection: LastingConnection,
    private readonly sessions: SessionInspection,
    private readonly invitationRows: InvitationRepository,
    private readonly invitations: InvitationLifecycle,
    private readonly seats: SeatMembership,
    private readonly removal: SeatRemoval,
    private readonly flow: SessionFlow,
  ) {
    super(new Log('co-host'), SWEEP_MS, { duty: connection.duty(DUTIES.coHost) });
  }

  protected async round(): Promise<void> {
    await this.each(
      'invitationId',
      () => this.invitationRows.due(new Date()),
      (id) => this.invitations.expire(id),
    );
    await this.each(
      'sessionId',
      () => this.sessions.due(),
      (session) => this.visit(session),
    );
  }

  private async visit(session: CoHostSession): Promise<void> {
    if (!sessionStates.isFinal(session.state)) {
      await this.seats.follow(session);
      await this.removal.expelUnseated(session);
    }
    await this.flow.settle(session.id);
  }
}
