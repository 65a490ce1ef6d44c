import { Injectable } from '@nestjs/common';
import { Log, Sweeper } from '../platform/common';
import type { CoHostSession } from './co-host.entity';
import { CoHostRepository } from './co-host.repository';
import { sessionStates } from './co-host.state';
import { InvitationRepository } from './invitations/invitation.repository';
import { InvitationService } from './invitations/invitation.service';
import { SessionFlow } from './session/session-flow';
import { SessionSeats } from './seats/session-seats';

const SWEEP_MS = 5000;

/** One session after another, in every API process: each step is safe to be done twice. */
@Injectable()
export class CoHostSweep extends Sweeper {
  constructor(
    private readonly sessions: CoHostRepository,
    private readonly invitationRows: InvitationRepository,
    private readonly invitations: InvitationService,
    private readonly seats: SessionSeats,
    private readonly flow: SessionFlow,
  ) {
    super(new Log('co-host'), SWEEP_MS);
  }

  protected async round(): Promise<void> {
    await this.each(
      'invitationId',
      () => this.invitationRows.due(new Date()),
      (id) => this.invitations.expire(id),
    );
    await this.each(
      'sessionId',
      () => this.sessions.unfinished(),
      (session) => this.visit(session),
    );
  }

  private async visit(session: CoHostSession): Promise<void> {
    if (!sessionStates.isFinal(session.state)) {
      await this.seats.follow(session);
      await this.seats.barLeavers(session);
    }
    await this.flow.settle(session.id);
  }
}
