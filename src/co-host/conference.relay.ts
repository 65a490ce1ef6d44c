import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { EventBus, EventScope } from '../common';
import {
  ConferenceEnded,
  type ConferenceMember,
  ConferenceMemberChanged,
  ConferenceService,
} from '../conference';
import type { ConferenceMemberView, MixTaskView } from '../contracts';
import { ImService } from '../im';
import { LiveService } from '../live';
import { MixTaskChanged, type MixTaskRecord } from '../mixing';

/** Signals of the rooms that are below im and can't call it: conference and mixing. */
@Injectable()
export class ConferenceRelay implements OnModuleDestroy, OnModuleInit {
  private readonly events: EventScope;

  constructor(
    bus: EventBus,
    private readonly conferences: ConferenceService,
    private readonly live: LiveService,
    private readonly im: ImService,
  ) {
    this.events = new EventScope(bus);
  }

  onModuleInit(): void {
    this.events.on(ConferenceMemberChanged, (event) => this.relayMember(event));
    this.events.on(ConferenceEnded, (event) => this.relayEnd(event));
    this.events.on(MixTaskChanged, ({ task }) => this.relayMix(task));
  }

  onModuleDestroy(): Promise<void> {
    return this.events.close();
  }

  /** To all who are in it or are invited, and to the one who has just left. */
  private async relayMember({ conferenceId, member }: ConferenceMemberChanged): Promise<void> {
    const view = memberView(member);
    for (const { userId, state } of await this.conferences.members(conferenceId)) {
      if (state === 'left' && userId !== member.userId) continue;
      this.im.toUser(userId, 'conference:member', { conferenceId, member: view });
    }
  }

  /** By now all have left; whoever did so earlier learns nothing that he may not know. */
  private async relayEnd({ conferenceId }: ConferenceEnded): Promise<void> {
    for (const { userId } of await this.conferences.members(conferenceId)) {
      this.im.toUser(userId, 'conference:ended', { conferenceId });
    }
  }

  private async relayMix(task: MixTaskRecord): Promise<void> {
    const { ownerId } = await this.live.get(task.channelId, 'any');
    // Every process of the app learns of it.
    this.im.toUserHere(ownerId, 'mix:task', mixTaskView(task));
  }
}

function memberView(member: ConferenceMember): ConferenceMemberView {
  const { memberId: id, userId, name, state, audio, video, audioMutedByHost, videoMutedByHost } = member;
  return { id, userId, name, state, audio, video, audioMutedByHost, videoMutedByHost };
}

function mixTaskView({ createdAt, statistics, ...task }: MixTaskRecord): MixTaskView {
  const {
    id,
    channelId,
    conferenceId,
    mode,
    state,
    layout,
    output,
    version,
    appliedVersion,
    attempt,
    error,
  } = task;
  return {
    ...{ id, channelId, conferenceId, mode, state, layout, output, version, appliedVersion, attempt, error },
    statistics: statistics && { ...statistics },
    createdAt: createdAt.toISOString(),
  };
}
