import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Log } from '../common';
import type { CoHostSession } from './co-host.entity';
import { CoHostRepository } from './co-host.repository';
import { sessionStates } from './co-host.state';
import { InvitationRepository } from './invitation.repository';
import { InvitationService } from './invitation.service';
import { SessionFlow } from './session-flow';
import { SessionSeats } from './session-seats';

const SWEEP_MS = 5000;

/**
 * At boot and every 5 s: what a crash between two steps, a lost event or a lost job has left undone. One session after
 * another, in every API process: each step is safe to be done twice.
 */
@Injectable()
export class CoHostSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Log('co-host');
  private timer: NodeJS.Timeout | null = null;
  private sweeping: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly sessions: CoHostRepository,
    private readonly invitationRows: InvitationRepository,
    private readonly invitations: InvitationService,
    private readonly seats: SessionSeats,
    private readonly flow: SessionFlow,
  ) {}

  onApplicationBootstrap(): void {
    this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.sweeping;
  }

  /** One round; an error ends only its own step. */
  async sweep(): Promise<void> {
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

  private run(): void {
    this.sweeping = this.sweep().finally(() => {
      if (!this.closed) this.timer = setTimeout(() => this.run(), SWEEP_MS);
    });
  }

  private async attempt(fields: object, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.log.error({ err: error, ...fields }, 'sweep failed');
    }
  }
}
