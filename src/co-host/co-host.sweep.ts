import { Injectable } from '@nestjs/common';
import { Log, Sweeper } from '../platform/common';
import type { CoHostSession } from './session/session.entity';
import { SessionRepository } from './session/session.repository';
import { sessionStates } from './session/session.state';
import { InvitationRepository } from './invitations/invitation.repository';
import { InvitationLifecycle } from './invitations/invitation-lifecycle';
import { SessionFlow } from './session/session-flow';
import { SeatMembership } from './seats/seat-membership';
import { SeatRemoval } from './seats/seat-removal';

const SWEEP_MS = 5000;

/** One session after another, in every API process: each step is safe to be done twice. */
@Injectable()
export class CoHostSweep extends Sweeper {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly invitationRows: InvitationRepository,
    private readonly invitations: InvitationLifecycle,
    private readonly seats: SeatMembership,
    private readonly removal: SeatRemoval,
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
      await this.removal.expelUnseated(session);
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
