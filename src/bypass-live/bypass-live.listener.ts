import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { EventBus, EventScope } from '../platform/common';
import { ConferenceChanged, ConferenceEnded, ConferenceMemberChanged, ConferencesForgotten } from '../conference';
import { ChannelSourceChanged } from '../live';
import { MixTaskChanged } from '../mixing';
import { BypassChanges } from './run/bypass-changes';
import { BypassFlow } from './run/bypass-flow';
import type { BypassLive } from './bypass-live.entity';
import { BypassLiveChanged } from './bypass-live.events';
import { BypassLiveRepository } from './bypass-live.repository';
import { isIdle } from './bypass-live.state';
import { WatchLongPoll } from './watch/watch-long-poll';
import { AudienceRevocation } from './watch/audience-revocation';

/** What happens in the rooms below, as far as it moves a bypass live; requests that wait for one are woken. */
@Injectable()
export class BypassLiveListener implements OnModuleDestroy, OnModuleInit {
  private readonly events: EventScope;

  constructor(
    bus: EventBus,
    private readonly lives: BypassLiveRepository,
    private readonly changes: BypassChanges,
    private readonly flow: BypassFlow,
    private readonly longPoll: WatchLongPoll,
    private readonly revocation: AudienceRevocation,
  ) {
    this.events = new EventScope(bus);
  }

  onModuleInit(): void {
    this.events.on(ChannelSourceChanged, ({ channelId }) => this.settle(this.lives.findByChannel(channelId)));
    this.events.on(ConferenceMemberChanged, async ({ conferenceId, member }) => {
      if (member.state === 'left') await this.revocation.memberLeft(conferenceId, member.userId);
      await this.settle(this.lives.findByConference(conferenceId));
    });
    this.events.on(ConferenceChanged, ({ conferenceId }) => this.revocation.conferenceChanged(conferenceId));
    this.events.on(ConferenceEnded, ({ conferenceId }) =>
      this.settle(this.lives.findByConference(conferenceId)),
    );
    this.events.on(ConferencesForgotten, ({ conferenceIds }) => this.changes.forget(conferenceIds));
    this.events.on(MixTaskChanged, ({ task }) =>
      task.reason.type === 'bypass' ? this.settle(this.lives.findByMixTask(task.id)) : Promise.resolve(),
    );
    this.events.on(BypassLiveChanged, ({ live }) => Promise.resolve(this.longPoll.wake(live.id)));
  }

  onModuleDestroy(): Promise<void> {
    return this.events.close();
  }

  private async settle(found: Promise<BypassLive | null>): Promise<void> {
    const live = await found;
    if (!live || (isIdle(live) && live.mixTaskId === null)) return;
    await this.flow.settleQuietly(live.id);
    this.longPoll.wake(live.id);
  }
}
