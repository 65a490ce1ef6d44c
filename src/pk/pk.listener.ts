import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CoHostSessionChanged, PairMemberChanged } from '../co-host';
import { EventBus, EventScope } from '../platform/common';
import { PkFlow } from './match/pk-flow';
import { PkRepository } from './pk.repository';

/** What happens to the two sessions moves their match. */
@Injectable()
export class PkListener implements OnModuleDestroy, OnModuleInit {
  private readonly events: EventScope;

  constructor(
    bus: EventBus,
    private readonly matches: PkRepository,
    private readonly flow: PkFlow,
  ) {
    this.events = new EventScope(bus);
  }

  onModuleInit(): void {
    this.events.on(CoHostSessionChanged, ({ session }) => this.settle(session.id));
    this.events.on(PairMemberChanged, ({ sessionId }) => this.settle(sessionId));
  }

  onModuleDestroy(): Promise<void> {
    return this.events.close();
  }

  private async settle(sessionId: string): Promise<void> {
    const side = await this.matches.sideOfSession(sessionId);
    if (side) await this.flow.settleQuietly(side.matchId);
  }
}
