import { Injectable, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { type DomainEvent, EventBus } from '../../platform/common';
import { DeliveryRepository, type Entry } from './delivery.repository';
import { type WebhookEvent, webhookEventOf } from '../event-mapping';
import { WebhookLanes } from './webhook-lanes';

/** Writes domain events into the outbox, in the transaction that they happened in. */
@Injectable()
export class WebhookOutbox implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly deliveries: DeliveryRepository,
    private readonly lanes: WebhookLanes,
  ) {}

  onModuleInit(): void {
    this.bus.record((events, tx) => this.take(events, tx));
  }

  private async take(
    events: readonly DomainEvent[],
    tx: EntityManager | null,
  ): Promise<(() => void) | undefined> {
    const found = events.map((event) => webhookEventOf(event)).filter((event) => event !== null);
    if (found.length === 0) return undefined;
    const endpoints = await this.deliveries.insert(found.map(entryOf), tx ?? undefined);
    return endpoints.size > 0 ? () => endpoints.forEach((id) => this.lanes.wake(id)) : undefined;
  }
}

export function entryOf({ type, subject, data, key }: WebhookEvent): Entry {
  const eventId = randomUUID();
  const body = JSON.stringify({ id: eventId, type, subject, occurredAt: new Date().toISOString(), data });
  return { eventId, eventKey: key ?? eventId, type, subject, body };
}
