import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ImFacade } from '../im';
import { LiveFacade } from '../live';
import { MixTaskChanged, type MixTaskRecord, mixTaskView } from '../mixing';
import { EventBus, EventScope } from '../platform/common';
import { LastTold } from './last-told';

/** Mix tasks whose last view is remembered. */
const MAX_TASKS = 10_000;

/** Tells the channel's owner the state of the mix. */
@Injectable()
export class MixSignals implements OnModuleDestroy, OnModuleInit {
  private readonly events: EventScope;
  private readonly told = new LastTold(MAX_TASKS);

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
    const view = mixTaskView(task);
    // Each change is delivered at least once, and some change nothing that shows.
    if (!this.told.isNews(task.id, { ...view, statistics: null, cores: null })) return;
    // Every process of the app learns of it.
    this.im.toUserHere(ownerId, 'mix:task', view);
  }
}
