import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ChannelDeleted, ChannelSourceChanged } from '../live';
import { EventBus, EventScope } from '../platform/common';
import { QualityRepository } from './quality.repository';

/** Channels' changes of source become rows, in the same commit. */
@Injectable()
export class QualityListener implements OnModuleDestroy, OnModuleInit {
  private readonly events: EventScope;

  constructor(
    private readonly bus: EventBus,
    private readonly rows: QualityRepository,
  ) {
    this.events = new EventScope(bus);
  }

  onModuleInit(): void {
    this.bus.record(async (events, tx) => {
      const changes = events.filter((event) => event instanceof ChannelSourceChanged);
      const handOvers = changes.filter(({ source, previous }) => source !== previous).map(rowOf);
      if (handOvers.length > 0) await this.rows.insertHandOvers(handOvers, tx ?? undefined);
      return undefined;
    });
    this.events.on(ChannelDeleted, ({ channelId }) => this.rows.clear(channelId));
  }

  onModuleDestroy(): Promise<void> {
    return this.events.close();
  }
}

function rowOf({ channelId, sourceVersion, previous, source }: ChannelSourceChanged) {
  return { channelId, sourceVersion, from: previous, to: source };
}
