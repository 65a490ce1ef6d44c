import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../platform/common';
import type { CoHostView, InvitationView } from '../contracts';
import { ImFacade, ChatFacade } from '../im';
import { InvitationChanged } from './invitations/invitation.events';
import { invitationStates } from './invitations/invitation.state';
import { InvitationRepository } from './invitations/invitation.repository';
import { queueViews } from './invitations/invitation.view';
import { MixSwitchChanged } from './mix/switch/mix-switch.events';
import { CoHostAirChanged, CoHostMemberRemoved } from './seats/seat.events';
import { CoHostSessionChanged } from './session/session.events';

/** Brings co-host's events to people's apps. */
@Injectable()
export class CoHostSignals implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly im: ImFacade,
    private readonly chat: ChatFacade,
    private readonly invitations: InvitationRepository,
  ) {}

  onModuleInit(): void {
    this.bus.on(InvitationChanged, ({ invitation }) => {
      this.tellParties(invitation);
      return this.tellQueue(invitation);
    });
    this.bus.on(CoHostAirChanged, ({ channelId, userId, name, onAir }) =>
      this.chat.announce(channelId, onAir ? 'on-air' : 'off-air', { userId, name }),
    );
    this.bus.on(CoHostSessionChanged, ({ session }) => this.tellAudience(session));
    this.bus.on(MixSwitchChanged, ({ channelId, sessionId, hostId, mixSwitch }) =>
      this.im.toUser(hostId, 'mix:switch', { channelId, sessionId, ...mixSwitch }),
    );
    this.bus.on(CoHostMemberRemoved, ({ channelId, sessionId, userId, reason }) =>
      this.im.toUser(userId, 'co-host:removed', { channelId, sessionId, reason }),
    );
  }

  private tellParties(invitation: InvitationView): void {
    const signal = invitation.kind === 'pk' ? 'pk:invitation' : 'co-host:invitation';
    for (const userId of [invitation.hostId, invitation.userId]) this.im.toUser(userId, signal, invitation);
  }

  /** Viewers behind an application that no longer waits have moved up. */
  private async tellQueue({ channelId, kind, state, createdAt }: InvitationView): Promise<void> {
    if (kind !== 'apply' || !invitationStates.isFinal(state)) return;
    for (const waiting of queueViews(await this.invitations.queue(channelId))) {
      if (waiting.createdAt >= createdAt) this.im.toUser(waiting.userId, 'co-host:invitation', waiting);
    }
  }

  /** Members need not be in the channel's room, e.g. a page that only shows the call. */
  private tellAudience(session: CoHostView): void {
    const audience = {
      channelIds: [session.channelId],
      userIds: session.members.map(({ userId }) => userId),
    };
    this.im.toAudience(audience, 'co-host:session', session);
  }
}
