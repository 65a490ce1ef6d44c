import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ImFacade } from '../im';
import { ChannelSourceChanged } from '../live';
import { EventBus } from '../platform/common';

/** Tells everybody in the room of a channel whose picture is on the air. */
@Injectable()
export class LiveSignals implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly im: ImFacade,
  ) {}

  onModuleInit(): void {
    this.bus.on(ChannelSourceChanged, ({ channelId, source, previous }) => {
      if (source !== previous) this.im.toRoom(channelId, 'live:source', { channelId, source });
    });
  }
}
