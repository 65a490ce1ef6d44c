import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ConferenceEnded, ConferenceFacade, ConferenceMemberChanged, memberView } from '../conference';
import { ImFacade } from '../im';
import { EventBus, EventScope } from '../platform/common';

/** Tells people's apps what happens in their conferences. */
@Injectable()
export class ConferenceSignals implements OnModuleDestroy, OnModuleInit {
  private readonly events: EventScope;

  constructor(
    bus: EventBus,
    private readonly conferences: ConferenceFacade,
    private readonly im: ImFacade,
  ) {
    this.events = new EventScope(bus);
  }

  onModuleInit(): void {
    this.events.on(ConferenceMemberChanged, (event) => this.tellMember(event));
    this.events.on(ConferenceEnded, (event) => this.tellEnd(event));
  }

  onModuleDestroy(): Promise<void> {
    return this.events.close();
  }

  /** To all who are in the conference or invited, and to the member who has just left. */
  private async tellMember({ conferenceId, member }: ConferenceMemberChanged): Promise<void> {
    const view = memberView(member);
    for (const { userId, state } of await this.conferences.members(conferenceId)) {
      if (state === 'left' && userId !== member.userId) continue;
      this.im.toUser(userId, 'conference:member', { conferenceId, member: view });
    }
  }

  /** By now all have left. Members who left earlier get it too: it tells them nothing they may not know. */
  private async tellEnd({ conferenceId }: ConferenceEnded): Promise<void> {
    for (const { userId } of await this.conferences.members(conferenceId)) {
      this.im.toUser(userId, 'conference:ended', { conferenceId });
    }
  }
}
