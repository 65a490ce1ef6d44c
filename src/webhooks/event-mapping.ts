import { CoHostMemberRemoved, CoHostSessionChanged, InvitationChanged } from '../co-host';
import type { DomainEvent } from '../platform/common';
import { ConferenceEnded, ConferenceMemberChanged, memberView } from '../conference';
import type { WebhookEvents, WebhookEventType } from '../contracts';
import { MessageSent, RoomLeft } from '../im';
import {
  ChannelDeleted,
  ChannelRelayChanged,
  ChannelSourceChanged,
  ChannelSuspensionChanged,
  HostPublishChanged,
  PushKeysRevoked,
  ViewerBanChanged,
} from '../live';
import { MixTaskChanged, mixTaskView } from '../mixing';
import { NodeLost, NodeRestarted } from '../nodes';
import { PkMatchChanged } from '../pk';

/** A domain event as an endpoint gets it. */
export interface WebhookEvent<T extends WebhookEventType = WebhookEventType> {
  type: T;
  subject: string;
  data: WebhookEvents[T];
  /** For an event that several processes publish: the same in each. */
  key?: string;
}

type EventClass<E extends DomainEvent> = abstract new (...args: never[]) => E;

const mappings = new Map<EventClass<DomainEvent>, (event: DomainEvent) => WebhookEvent>();

function map<E extends DomainEvent, T extends WebhookEventType>(
  event: EventClass<E>,
  type: T | ((event: E) => T),
  subjectOf: (event: E) => string,
  dataOf: (event: E) => WebhookEvents[T],
  keyOf?: (event: E) => string,
): void {
  mappings.set(event, (e) => ({
    type: typeof type === 'function' ? type(e as E) : type,
    subject: subjectOf(e as E),
    data: dataOf(e as E),
    ...(keyOf && { key: keyOf(e as E) }),
  }));
}

// Every domain event that endpoints get has its line here, and its type in contracts/webhooks.ts.
map(ChannelSourceChanged, 'channel.source', channel, ({ channelId, source, previous, epoch }) => ({
  ...{ channelId, source, previous, epoch },
}));
map(HostPublishChanged, 'channel.publishing', channel, ({ channelId, publishing }) => ({
  channelId,
  publishing,
}));
map(ChannelRelayChanged, 'channel.relay', channel, ({ channelId, state, reason }) => ({
  ...{ channelId, state, reason },
}));
map(PushKeysRevoked, 'channel.push-revoked', channel, ({ channelId }) => ({ channelId }));
map(ChannelSuspensionChanged, 'channel.suspension', channel, ({ channelId, suspended, note }) => ({
  ...{ channelId, suspended, note },
}));
map(ViewerBanChanged, 'channel.viewer-ban', channel, ({ channelId, userId, active, until }) => ({
  ...{ channelId, userId, active },
  until: until?.toISOString() ?? null,
}));
map(ChannelDeleted, 'channel.deleted', channel, ({ channelId }) => ({ channelId }));
map(
  InvitationChanged,
  ({ invitation }) => (invitation.kind === 'pk' ? 'pk.invitation' : 'co-host.invitation'),
  (e) => `invitation:${e.invitation.id}`,
  (e) => e.invitation,
);
map(
  CoHostSessionChanged,
  'co-host.session',
  (e) => `session:${e.session.id}`,
  (e) => e.session,
);
map(
  CoHostMemberRemoved,
  'co-host.removed',
  (e) => `session:${e.sessionId}`,
  ({ channelId, sessionId, userId, reason }) => ({ channelId, sessionId, userId, reason }),
);
map(
  PkMatchChanged,
  'pk.match',
  (e) => `pk:${e.match.id}`,
  (e) => e.match,
);
map(ConferenceMemberChanged, 'conference.member', conference, ({ conferenceId, member }) => ({
  conferenceId,
  member: memberView(member),
}));
map(ConferenceEnded, 'conference.ended', conference, ({ conferenceId }) => ({ conferenceId }));
map(
  MixTaskChanged,
  'mix.task',
  (e) => `mix-task:${e.task.id}`,
  (e) => mixTaskView(e.task),
  ({ task: t }) => `${t.id}:${t.state}:${t.attempt}:${t.version}:${t.appliedVersion}:${t.error ?? ''}`,
);
map(RoomLeft, 'room.left', channel, ({ channelId, userId }) => ({ channelId, userId }));
map(
  MessageSent,
  'chat.message',
  (e) => `room:${e.message.channelId}`,
  (e) => e.message,
);
map(NodeLost, 'node.lost', node, ({ nodeId }) => ({ nodeId }));
map(NodeRestarted, 'node.restarted', node, ({ nodeId }) => ({ nodeId }));

/** Types that an endpoint may ask for. */
export const webhookEventTypes: readonly WebhookEventType[] = [
  'channel.source',
  'channel.publishing',
  'channel.relay',
  'channel.push-revoked',
  'channel.suspension',
  'channel.viewer-ban',
  'channel.deleted',
  'co-host.invitation',
  'co-host.session',
  'co-host.removed',
  'pk.invitation',
  'pk.match',
  'conference.member',
  'conference.ended',
  'mix.task',
  'room.left',
  'chat.message',
  'node.lost',
  'node.restarted',
];

/** null: no endpoint gets it. */
export function webhookEventOf(event: DomainEvent): WebhookEvent | null {
  return mappings.get(event.constructor as EventClass<DomainEvent>)?.(event) ?? null;
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
