import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import {
  AdmissionDecided,
  AdmissionRequestChanged,
  ConferenceChanged,
  ConferenceEnded,
  ConferenceFacade,
  ConferenceMemberChanged,
  ConferenceMoved,
  memberView,
} from '../conference';
import { ImFacade } from '../im';
import { EventBus, EventScope } from '../platform/common';

/** Tells people's apps what happens in their conferences. */
@Injectable()
export class ConferenceSignals implements OnModuleDestroy, OnModuleInit {
  private readonly events: EventScope;

  constructor(
    private readonly bus: EventBus,
    private readonly conferences: ConferenceFacade,
    private readonly im: ImFacade,
  ) {
    this.events = new EventScope(bus);
  }

  onModuleInit(): void {
    this.events.on(ConferenceMemberChanged, (event) => this.tellMember(event));
    this.events.on(ConferenceEnded, (event) => this.tellEnd(event));
    this.events.on(ConferenceMoved, (event) => this.tellPresent(event, 'conference:moved'));
    this.events.on(ConferenceChanged, (event) => this.tellPresent(event, 'conference:changed'));
    this.bus.on(AdmissionRequestChanged, ({ conferenceId, ownerId, userId, name, pending }) =>
      this.im.toUser(ownerId, 'conference:request', { conferenceId, userId, name, pending }),
    );
    this.bus.on(AdmissionDecided, ({ conferenceId, userId, admitted }) =>
      this.im.toUser(userId, 'conference:admission', { conferenceId, admitted }),
    );
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

  private async tellPresent(
    { conferenceId }: ConferenceMoved | ConferenceChanged,
    signal: 'conference:moved' | 'conference:changed',
  ): Promise<void> {
    for (const { userId, state } of await this.conferences.members(conferenceId)) {
      if (state !== 'left') this.im.toUser(userId, signal, { conferenceId });
    }
  }
}
