/**
 * Webhooks: what an app's backend is told. Types only.
 *
 * A delivery is a POST with a WebhookDelivery as JSON and the header
 * `Lianmai-Signature: t=<seconds since 1970>,v1=<hex>`, where `v1` is HMAC-SHA256 of `<t>.<body>` under the
 * endpoint's secret (the text as shown, `whsec_` included). Receivers compare in constant time, refuse a `t` that is
 * more than 300 s from their clock, and know an event that comes again by its `id`. Any 2xx answer within 10 s takes
 * it; redirects are not followed. Until then it is sent again with growing pauses for an hour; what comes after it
 * about the same `subject` waits.
 */
import type { ChatMessage } from './im';
import type { ChannelSource, RelayState, RelayTrouble } from './channels';
import type { CoHostView, InvitationView } from './co-host';
import type { ConferenceMemberView } from './conferences';
import type { MixTaskView } from './mixing';
import type { PkMatchView } from './pk';
import type { CoHostRemovalReason } from './reasons';

/** Every event by its type, with the type of its `data`. */
export interface WebhookEvents {
  /** What viewers of a channel see has changed. */
  'channel.source': { channelId: string; source: ChannelSource; previous: ChannelSource; epoch: number };
  /** The host's encoder connected or is gone. */
  'channel.publishing': { channelId: string; publishing: boolean };
  /** The relay to an outside server connected, failed, or ended. */
  'channel.relay': { channelId: string; state: RelayState; reason: RelayTrouble | null };
  /** The addresses to push to that were given out so far are void. */
  'channel.push-revoked': { channelId: string };
  /** An admin has suspended the channel, or resumed it. */
  'channel.suspension': { channelId: string; suspended: boolean; note: string | null };
  /** A viewer was put out, or may watch again. */
  'channel.viewer-ban': { channelId: string; userId: string; active: boolean; until: string | null };
  /** A channel is gone, and all that belonged to it. */
  'channel.deleted': { channelId: string };
  /** An invitation or application was made, answered, taken back, or has expired. */
  'co-host.invitation': InvitationView;
  /** A co-hosting began, is over, or has another state, member or setting. */
  'co-host.session': CoHostView;
  /** A guest has lost their seat. */
  'co-host.removed': { channelId: string; sessionId: string; userId: string; reason: CoHostRemovalReason };
  /** The same of a challenge, of one host to another. */
  'pk.invitation': InvitationView;
  /** A match of two hosts has another state; from `ending` on with its result. */
  'pk.match': PkMatchView;
  /** A member joined, is connected, left, or was muted. */
  'conference.member': { conferenceId: string; member: ConferenceMemberView };
  /** Everybody is out, nobody can join again. */
  'conference.ended': { conferenceId: string };
  /** A mix has another state, or arrangement; states in between may be left out. */
  'mix.task': MixTaskView;
  /** A user's last connection left the room of a channel. */
  'room.left': { channelId: string; userId: string };
  /** Somebody said something in a room. Only to endpoints that name it. */
  'chat.message': ChatMessage;
  /** A media node is lost; what it carried is moved to others. */
  'node.lost': { nodeId: string };
  /** A media node was started again, and carries nothing of before. */
  'node.restarted': { nodeId: string };
  /** Asked for by POST /v1/webhooks/:id/ping; to that endpoint, also when it asks for other events only. */
  ping: { webhookId: string };
}
export type WebhookEventType = keyof WebhookEvents;

export interface WebhookDelivery<T extends WebhookEventType = WebhookEventType> {
  /** The same however often it is sent. */
  id: string;
  type: T;
  /** What it is about, e.g. `channel:<id>`: events of one subject come in order. */
  subject: string;
  occurredAt: string;
  data: WebhookEvents[T];
}

/**
 * Whether the endpoint takes what it is sent. `open`: it hasn't, several times in a row, and gets nothing until
 * `nextAttemptAt`; what is for it waits. `half_open`: one delivery is tried, and decides.
 */
export type WebhookBreakerState = 'closed' | 'open' | 'half_open';
export interface WebhookBreakerView {
  state: WebhookBreakerState;
  /** Attempts in a row that weren't taken. */
  failures: number;
  /** null: closed. */
  openedAt: string | null;
  nextAttemptAt: string | null;
}

/** /v1/webhooks (admin) */
export interface WebhookView {
  id: string;
  url: string;
  /** Types of events; empty: all but `chat.message`. */
  events: WebhookEventType[];
  /** false: nothing is sent. What waited became dead letters (`switched_off`), which can be replayed later. */
  enabled: boolean;
  breaker: WebhookBreakerView;
  createdAt: string;
}
/** The only answer that carries the secret. */
export interface WebhookCreatedView extends WebhookView {
  secret: string;
}
export interface WebhookCreate {
  url: string;
  events?: WebhookEventType[];
}
export interface WebhookPatch {
  url?: string;
  events?: WebhookEventType[];
  /**
   * false: nothing is sent, and what happens meanwhile is not told later. What waits becomes dead letters
   * (`switched_off`): they are sent when they are replayed, once it is true again.
   */
  enabled?: boolean;
}

/**
 * `not_taken`: for an hour. `switched_off`: the webhook was. `secret_unreadable`: its secret was stored under another
 * AUTH_SECRET; make the webhook anew.
 */
export type WebhookDeadReason = 'not_taken' | 'switched_off' | 'secret_unreadable';
export type WebhookDeliveryState = 'pending' | 'delivered' | 'dead';
/** /v1/webhooks/:id/deliveries?state= */
export interface WebhookDeliveryView {
  id: string;
  eventId: string;
  type: WebhookEventType;
  subject: string;
  /** `dead`: given up. Kept for 30 days, and sent again by POST …/deliveries/:deliveryId/replay. */
  state: WebhookDeliveryState;
  /** null: not dead. */
  deadReason: WebhookDeadReason | null;
  attempts: number;
  /** Of the last attempt: HTTP status, or what went wrong before there was one. */
  lastStatus: number | null;
  lastError: string | null;
  nextAttemptAt: string | null;
  createdAt: string;
  deliveredAt: string | null;
}
/** POST /v1/webhooks/:id/replay sends all dead ones again. */
export interface WebhookReplayView {
  replayed: number;
}
