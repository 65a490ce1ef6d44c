import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { EventBus, EventScope } from '../platform/common';
import { ImFacade } from '../im';
import { BypassLiveChanged } from './bypass-live.events';
import { BypassLiveRepository } from './bypass-live.repository';
import { WatchReader } from './watch/watch-reader';

/** Tells those who asked to watch: it plays, or it is over. */
@Injectable()
export class BypassLiveSignals implements OnModuleDestroy, OnModuleInit {
  private readonly events: EventScope;

  constructor(
    bus: EventBus,
    private readonly lives: BypassLiveRepository,
    private readonly reader: WatchReader,
    private readonly im: ImFacade,
  ) {
    this.events = new EventScope(bus);
  }

  onModuleInit(): void {
    this.events.on(BypassLiveChanged, (event) => this.tell(event));
  }

  onModuleDestroy(): Promise<void> {
    return this.events.close();
  }

  private async tell({ live, previous, dismissed }: BypassLiveChanged): Promise<void> {
    const { id, conferenceId, reason } = live;
    for (const userId of dismissed) {
      this.im.toUser(userId, 'bypass:ended', { conferenceId, reason });
    }
    if (previous !== 'starting' || live.state !== 'live') return;
    const view = await this.reader.read(id);
    if (view.status !== 'live') return;
    for (const userId of await this.lives.watchers(id)) this.im.toUser(userId, 'bypass:live', view);
  }
}
