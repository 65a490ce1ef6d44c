import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ImFacade } from '../im';
import {
  ChannelSourceChanged,
  ChannelSuspensionChanged,
  HostStreamWarningsChanged,
  hostStreamView,
  LiveFacade,
  PushAddressLost,
  PushKeysRevoked,
  ViewerBanChanged,
} from '../live';
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
    this.bus.on(ChannelSourceChanged, ({ channelId, source, previous, sourceVersion }) => {
      if (source === previous) return;
      this.im.toRoom(channelId, 'live:source', { channelId, source, sourceVersion });
    });
    this.bus.on(PushKeysRevoked, ({ channelId, ownerId }) =>
      this.im.toUser(ownerId, 'live:push-revoked', { channelId }),
    );
    this.bus.on(ChannelSuspensionChanged, ({ channelId, ownerId, suspended, note }) => {
      this.im.toUser(ownerId, 'live:suspension', { channelId, suspended, note });
      this.im.toOthers(channelId, ownerId, 'live:suspension', { channelId, suspended, note: null });
    });
    this.bus.on(ViewerBanChanged, ({ channelId, userId, active, until: end }) => {
      const until = end?.toISOString() ?? null;
      this.im.toUser(userId, 'live:viewer-ban', { channelId, active, until });
    });
    this.events.on(HostStreamWarningsChanged, (event) => this.tellOfStream(event));
    this.events.on(PushAddressLost, (event) => this.tellHost(event));
  }

  onModuleDestroy(): Promise<void> {
    return this.events.close();
  }

  private async tellOfStream({ channelId }: HostStreamWarningsChanged): Promise<void> {
    const channel = await this.live.get(channelId);
    this.im.toUser(channel.ownerId, 'live:host-stream', { channelId, hostStream: hostStreamView(channel) });
  }

  private async tellHost({ channelId, ownerId }: PushAddressLost): Promise<void> {
    const push = await this.live.hostPushUrl(channelId);
    this.im.toUser(ownerId, 'live:push-url-changed', { channelId, push });
  }
}
