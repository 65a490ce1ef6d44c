import { CoHostMemberRemoved, CoHostSessionChanged, InvitationChanged } from '../co-host';
import type { DomainEvent } from '../platform/common';
import { ConferenceEnded, ConferenceMemberChanged, toMemberView } from '../conference';
import type { WebhookEvents, WebhookEventType } from '../contracts';
import { MessageSent, RoomLeft } from '../im';
import { ChannelDeleted, ChannelRelayChanged, ChannelSourceChanged, HostPublishChanged } from '../live';
import { MixTaskChanged, toMixTaskView } from '../mixing';
import { NodeLost, NodeRestarted } from '../nodes';
import { PkMatchChanged } from '../pk';

/** How a domain event is told outside. */
export interface Told<T extends WebhookEventType = WebhookEventType> {
  type: T;
  subject: string;
  data: WebhookEvents[T];
  /** For an event that several processes publish: the same in each of them. */
  key?: string;
}

type EventClass<E extends DomainEvent> = abstract new (...args: never[]) => E;

const tellers = new Map<EventClass<DomainEvent>, (event: DomainEvent) => Told>();

function tell<E extends DomainEvent, T extends WebhookEventType>(
  event: EventClass<E>,
  type: T,
  subjectOf: (event: E) => string,
  dataOf: (event: E) => WebhookEvents[T],
  keyOf?: (event: E) => string,
): void {
  tellers.set(event, (e) => ({
    type,
    subject: subjectOf(e as E),
    data: dataOf(e as E),
    ...(keyOf && { key: keyOf(e as E) }),
  }));
}

// A domain event that is to be told outside has its line here, and its type in contracts/webhooks.ts.
tell(ChannelSourceChanged, 'channel.source', channel, ({ channelId, source, previous, epoch }) => ({
  ...{ channelId, source, previous, epoch },
}));
tell(HostPublishChanged, 'channel.publishing', channel, ({ channelId, publishing }) => ({
  channelId,
  publishing,
}));
tell(ChannelRelayChanged, 'channel.relay', channel, ({ channelId, state, reason }) => ({
  ...{ channelId, state, reason },
}));
tell(ChannelDeleted, 'channel.deleted', channel, ({ channelId }) => ({ channelId }));
tell(
  InvitationChanged,
  'co-host.invitation',
  (e) => `invitation:${e.invitation.id}`,
  (e) => e.invitation,
);
tell(
  CoHostSessionChanged,
  'co-host.session',
  (e) => `session:${e.session.id}`,
  (e) => e.session,
);
tell(
  CoHostMemberRemoved,
  'co-host.removed',
  (e) => `session:${e.sessionId}`,
  ({ channelId, sessionId, userId, reason }) => ({ channelId, sessionId, userId, reason }),
);
tell(
  PkMatchChanged,
  'pk.match',
  (e) => `pk:${e.match.id}`,
  (e) => e.match,
);
tell(ConferenceMemberChanged, 'conference.member', conference, ({ conferenceId, member }) => ({
  conferenceId,
  member: toMemberView(member),
}));
tell(ConferenceEnded, 'conference.ended', conference, ({ conferenceId }) => ({ conferenceId }));
tell(
  MixTaskChanged,
  'mix.task',
  (e) => `mix-task:${e.task.id}`,
  (e) => toMixTaskView(e.task),
  ({ task: t }) => `${t.id}:${t.state}:${t.attempt}:${t.version}:${t.appliedVersion}:${t.error ?? ''}`,
);
tell(RoomLeft, 'room.left', channel, ({ channelId, userId }) => ({ channelId, userId }));
tell(
  MessageSent,
  'chat.message',
  (e) => `room:${e.message.channelId}`,
  (e) => e.message,
);
tell(NodeLost, 'node.lost', node, ({ nodeId }) => ({ nodeId }));
tell(NodeRestarted, 'node.restarted', node, ({ nodeId }) => ({ nodeId }));

/** Types that an endpoint may ask for. */
export const webhookEventTypes: readonly WebhookEventType[] = [
  'channel.source',
  'channel.publishing',
  'channel.relay',
  'channel.deleted',
  'co-host.invitation',
  'co-host.session',
  'co-host.removed',
  'pk.match',
  'conference.member',
  'conference.ended',
  'mix.task',
  'room.left',
  'chat.message',
  'node.lost',
  'node.restarted',
];

/** null: nobody outside is told. */
export function toldOf(event: DomainEvent): Told | null {
  return tellers.get(event.constructor as EventClass<DomainEvent>)?.(event) ?? null;
}

function channel({ channelId }: { channelId: string }): string {
  return `channel:${channelId}`;
}

function conference({ conferenceId }: { conferenceId: string }): string {
  return `conference:${conferenceId}`;
}

function node({ nodeId }: { nodeId: string }): string {
  return `node:${nodeId}`;
}
