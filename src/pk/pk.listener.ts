import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CoHostSessionChanged } from '../co-host';
import { EventBus, EventScope } from '../common';
import { PkFlow } from './pk-flow';
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
    this.events.on(CoHostSessionChanged, async ({ session }) => {
      const side = await this.matches.sideOfSession(session.id);
      if (side) await this.flow.settleQuietly(side.matchId);
    });
  }

  onModuleDestroy(): Promise<void> {
    return this.events.close();
  }
}
