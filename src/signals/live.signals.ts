import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ImFacade } from '../im';
import { LiveFacade, PushAddressLost } from '../live';
import { EventBus, EventScope } from '../platform/common';

/** Tells apps what happens to their channels. */
@Injectable()
export class LiveSignals implements OnModuleDestroy, OnModuleInit {
  private readonly events: EventScope;

  constructor(
    bus: EventBus,
    private readonly live: LiveFacade,
    private readonly im: ImFacade,
  ) {
    this.events = new EventScope(bus);
  }

  onModuleInit(): void {
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
