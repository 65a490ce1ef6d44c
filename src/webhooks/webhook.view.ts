import type { WebhookDeliveryView, WebhookView } from '../contracts';
import { toSend } from './delivery/delivery.state';
import type { Webhook, Delivery } from './webhook.entity';

export function webhookView({ id, url, events, enabled, createdAt }: Webhook): WebhookView {
  return { id, url, events, enabled, createdAt: createdAt.toISOString() };
}

export function deliveryView(row: Delivery): WebhookDeliveryView {
  const { id, eventId, type, subject, state, attempts, lastStatus, lastError } = row;
  return {
    ...{ id, eventId, type, subject, state, attempts, lastStatus, lastError },
    nextAttemptAt: toSend.includes(state) ? row.nextAttemptAt.toISOString() : null,
    createdAt: row.createdAt.toISOString(),
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
  };
}
