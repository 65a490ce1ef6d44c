import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { EventBus, EventScope } from '../platform/common';
import { ConferenceEnded, ConferenceMemberChanged } from '../conference';
import { RoomLeft } from '../im';
import {
  ChannelDeleted,
  ChannelMixingModeChanged,
  ChannelSourceChanged,
  ChannelSuspensionChanged,
  HostPublishChanged,
  MixPublishChanged,
} from '../live';
import { MixTaskChanged } from '../mixing';
import { HostAppSignals } from './host-app.signals';
import { InvitationLifecycle } from './invitations/invitation-lifecycle';
import { SeatMembership } from './seats/seat-membership';
import { SessionFlow } from './session/session-flow';
import { PairMemberChanged } from './session/session.events';
import { SessionRepository } from './session/session.repository';

/** Events of the rooms below that move a session or an invitation. */
@Injectable()
export class CoHostListener implements OnModuleDestroy, OnModuleInit {
  private readonly events: EventScope;

  constructor(
    private readonly bus: EventBus,
    private readonly sessions: SessionRepository,
    private readonly invitations: InvitationLifecycle,
    private readonly seats: SeatMembership,
    private readonly flow: SessionFlow,
    private readonly hostApp: HostAppSignals,
  ) {
    this.events = new EventScope(bus);
  }

  onModuleInit(): void {
    this.events.on(ChannelSourceChanged, ({ channelId, source, epoch }) =>
      this.settleChannel(channelId, source === 'mix' ? epoch : undefined),
    );
    this.events.on(ChannelSuspensionChanged, ({ channelId }) => this.settleChannel(channelId));
    this.events.on(ChannelDeleted, ({ channelId }) => this.settleChannel(channelId));
    this.events.on(ChannelMixingModeChanged, ({ channelId }) => this.settleChannel(channelId));
    this.events.on(MixPublishChanged, ({ channelId }) => this.settleChannel(channelId));
    this.events.on(HostPublishChanged, ({ channelId, publishing }) => this.onHostPush(channelId, publishing));
    this.events.on(ConferenceMemberChanged, ({ conferenceId }) => this.onMember(conferenceId));
    this.events.on(ConferenceEnded, ({ conferenceId }) => this.onConferenceEnded(conferenceId));
    this.events.on(MixTaskChanged, ({ task }) => this.onMixTask(task.id));
    this.events.on(RoomLeft, ({ channelId, userId }) =>
      this.invitations.cancelApplication(channelId, userId),
    );
  }

  onModuleDestroy(): Promise<void> {
    return this.events.close();
  }

  private async settleChannel(channelId: string, mixEpoch?: number): Promise<void> {
    const session = await this.sessions.findActive(channelId);
    if (session) await this.flow.settleQuietly(session.id, mixEpoch);
  }

  /** Encoders reconnect by themselves, so a host whose push isn't wanted is told again. */
  private async onHostPush(channelId: string, publishing: boolean): Promise<void> {
    if (!publishing) return;
    const session = await this.sessions.findActive(channelId);
    if (session?.state === 'live') this.hostApp.stopPush(session, 'host');
  }

  /** The event only says that something changed. The rows say what, as events of two processes have no order. */
  private async onMember(conferenceId: string): Promise<void> {
    for (const session of await this.sessions.findByConference(conferenceId)) {
      if (await this.seats.follow(session)) await this.flow.settleQuietly(session.id);
      if (session.pairedWith) this.bus.publish(new PairMemberChanged(session.id));
    }
  }

  private async onConferenceEnded(conferenceId: string): Promise<void> {
    for (const { id } of await this.sessions.findByConference(conferenceId)) {
      await this.flow.end(id, 'conference_ended');
    }
  }

  private async onMixTask(taskId: string): Promise<void> {
    const session = await this.sessions.findByMixTask(taskId);
    if (session) await this.flow.settleQuietly(session.id);
  }
}
