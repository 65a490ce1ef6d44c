import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ImFacade } from '../im';
import { LiveFacade } from '../live';
import { MixTaskChanged, type MixTaskRecord, mixTaskView } from '../mixing';
import { EventBus, EventScope } from '../platform/common';

/** Tells the channel's owner the state of the mix. */
@Injectable()
export class MixSignals implements OnModuleDestroy, OnModuleInit {
  private readonly events: EventScope;

  constructor(
    bus: EventBus,
    private readonly live: LiveFacade,
    private readonly im: ImFacade,
  ) {
    this.events = new EventScope(bus);
  }

  onModuleInit(): void {
    this.events.on(MixTaskChanged, ({ task }) => this.tellOwner(task));
  }

  onModuleDestroy(): Promise<void> {
    return this.events.close();
  }

  private async tellOwner(task: MixTaskRecord): Promise<void> {
    const { ownerId } = await this.live.get(task.channelId, 'any');
    // Every process of the app learns of it.
    this.im.toUserHere(ownerId, 'mix:task', mixTaskView(task));
  }
}
