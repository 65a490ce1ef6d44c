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

  /** An error ends only its own step. */
  protected async round(): Promise<void> {
    await this.attempt({}, async () => {
      for (const id of await this.invitationRows.due(new Date())) {
        await this.attempt({ invitationId: id }, () => this.invitations.expire(id));
      }
    });
    await this.attempt({}, async () => {
      for (const session of await this.sessions.unfinished()) {
        if (this.closed) return;
        await this.attempt({ sessionId: session.id }, () => this.visit(session));
      }
    });
  }

  private async visit(session: CoHostSession): Promise<void> {
    if (!sessionStates.isFinal(session.state)) {
      await this.seats.follow(session);
      await this.seats.barLeavers(session);
    }
    await this.flow.settle(session.id);
  }

  private async attempt(fields: object, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.log.error({ err: error, ...fields }, 'sweep failed');
    }
  }
}
