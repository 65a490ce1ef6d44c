import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { UserTokenFacade, type Visit, type VisitAuthorizer } from '../../auth';
import { EventBus } from '../../platform/common';
import { ChannelRepository } from '../channel.repository';
import { ChannelSettingsChanged, VisitsEnded } from '../live.events';

/** Which visits are good, and their end: everybody's who came by the channel's link so far, in one commit with its cause. */
@Injectable()
export class Visits implements OnModuleInit, VisitAuthorizer {
  constructor(
    private readonly channels: ChannelRepository,
    private readonly tokens: UserTokenFacade,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    this.tokens.attachVisits(this);
  }

  isCurrent({ channelId, generation }: Visit): Promise<boolean> {
    return this.channels.isCurrentVisit(channelId, generation);
  }

  /** Tokens are void; nodes and sockets are told once `tx` has committed. */
  async end(channelId: string, tx: EntityManager): Promise<void> {
    await this.channels.raiseVisitGeneration(channelId, tx);
    this.bus.publish(new VisitsEnded(channelId));
    this.bus.publish(new ChannelSettingsChanged(channelId));
  }
}
