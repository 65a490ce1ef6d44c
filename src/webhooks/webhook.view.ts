import type { WebhookDeliveryView, WebhookView } from '../contracts';
import { toSend } from './delivery/delivery.state';
import { breakerView } from './delivery/breaker';
import type { Webhook, Delivery } from './webhook.entity';

export function webhookView(webhook: Webhook): WebhookView {
  const { id, url, events, enabled, createdAt } = webhook;
  return { id, url, events, enabled, breaker: breakerView(webhook), createdAt: createdAt.toISOString() };
}

export function deliveryView(row: Delivery): WebhookDeliveryView {
  const { id, eventId, type, subject, state, deadReason, attempts, lastStatus, lastError } = row;
  return {
    ...{ id, eventId, type, subject, state, deadReason, attempts, lastStatus, lastError },
    nextAttemptAt: toSend.includes(state) ? row.nextAttemptAt.toISOString() : null,
    createdAt: row.createdAt.toISOString(),
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
  };
}
