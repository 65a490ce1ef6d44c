import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ConferenceMoved } from '../../conference';
import { AvatarChanged, ChannelMoved } from '../../live';
import { EventBus, EventScope } from '../../platform/common';
import { MixTaskRepository } from './mix-task.repository';

/**
 * When a media node is lost, mixes that received from it or pushed to it go on at the next one, without a new attempt. Mixes
 * also look again when somebody in them has another avatar.
 */
@Injectable()
export class MixMoves implements OnModuleInit, OnModuleDestroy {
  private readonly events: EventScope;

  constructor(
    bus: EventBus,
    private readonly tasks: MixTaskRepository,
  ) {
    this.events = new EventScope(bus);
  }

  onModuleInit(): void {
    this.events.on(ConferenceMoved, ({ conferenceId }) =>
      this.tasks.readdress('conference_id', conferenceId),
    );
    this.events.on(AvatarChanged, ({ userId }) => this.tasks.renewMember(userId));
    this.events.on(ChannelMoved, ({ channelId }) => this.tasks.readdress('channel_id', channelId));
  }

  onModuleDestroy(): Promise<void> {
    return this.events.close();
  }
}
