import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ImFacade } from '../im';
import { ChannelSourceChanged, LiveFacade, PushAddressLost } from '../live';
import { EventBus, EventScope } from '../platform/common';

/** Tells apps what happens to their channels. */
@Injectable()
export class LiveSignals implements OnModuleDestroy, OnModuleInit {
  private readonly events: EventScope;

  constructor(
    private readonly bus: EventBus,
    private readonly live: LiveFacade,
    private readonly im: ImFacade,
  ) {
    this.events = new EventScope(bus);
  }

  onModuleInit(): void {
    this.bus.on(ChannelSourceChanged, ({ channelId, source, previous }) => {
      if (source !== previous) this.im.toRoom(channelId, 'live:source', { channelId, source });
    });
    this.events.on(PushAddressLost, (event) => this.tellHost(event));
  }

  onModuleDestroy(): Promise<void> {
    return this.events.close();
  }

  private async tellHost({ channelId, ownerId }: PushAddressLost): Promise<void> {
    const push = await this.live.hostPushUrl(channelId);
    this.im.toUser(ownerId, 'live:push-url-changed', { channelId, push });
  }
}
