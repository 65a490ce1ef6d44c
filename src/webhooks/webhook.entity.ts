import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Generated,
  Index,
  PrimaryColumn,
} from 'typeorm';
import type { WebhookDeadReason, WebhookDeliveryState, WebhookEventType } from '../contracts';

@Entity('webhooks')
@Check('webhooks_broken', `(broken_since IS NULL) = (probe_at IS NULL)`)
@Index('webhooks_newest', ['createdAt', 'id'])
export class Webhook {
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id: string;

  @Column({ name: 'url', type: 'text' })
  url: string;

  /** Empty: all but chat.message. */
  @Column({ name: 'events', type: 'text', array: true })
  events: WebhookEventType[];

  @Column({ name: 'enabled', type: 'boolean', default: true })
  enabled: boolean;

  /** Attempts in a row that the endpoint hasn't taken, of whatever delivery. */
  @Column({ name: 'failures', type: 'integer', default: 0 })
  failures: number;

  /** Since when only probes are sent (breaker.ts). */
  @Column({ name: 'broken_since', type: 'timestamptz', nullable: true })
  brokenSince: Date | null;

  /** Of an endpoint that is down: not before this. */
  @Column({ name: 'probe_at', type: 'timestamptz', nullable: true })
  probeAt: Date | null;

  /** Sealed (WebhookSecrets): signing needs the secret itself. */
  @Column({ name: 'secret', type: 'bytea' })
  secret: Buffer;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}

/** One event for one endpoint: first the outbox, then the record of its delivery. */
@Entity('webhook_deliveries')
@Check('webhook_deliveries_state', `state IN ('pending', 'delivered', 'dead')`)
@Check('webhook_deliveries_dead', `(state = 'dead') = (dead_reason IS NOT NULL)`)
@Check('webhook_deliveries_delivered', `(state = 'delivered') = (delivered_at IS NOT NULL)`)
@Index('webhook_deliveries_lane', ['webhookId', 'subject', 'position'], { where: `state = 'pending'` })
@Index('webhook_deliveries_due', ['webhookId', 'nextAttemptAt'], { where: `state = 'pending'` })
@Index('webhook_deliveries_delivered_at', ['deliveredAt'], { where: `delivered_at IS NOT NULL` })
@Index('webhook_deliveries_not_taken', ['state', 'createdAt'], { where: `state <> 'delivered'` })
@Index('webhook_deliveries_once', ['webhookId', 'eventKey'], { unique: true })
@Index('webhook_deliveries_newest', ['webhookId', 'createdAt', 'id'])
export class Delivery {
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id: string;

  @Column({ name: 'webhook_id', type: 'uuid' })
  @ForeignKey(() => Webhook, { name: 'webhook_deliveries_webhook', onDelete: 'CASCADE' })
  webhookId: string;

  /** Order of events; deliveries about one subject go out in it. */
  @Column({ name: 'position', type: 'bigint' })
  @Generated('increment')
  position: string;

  @Column({ name: 'event_id', type: 'uuid' })
  eventId: string;

  /** The event's id, or a key that is the same in all processes that learn of the event. */
  @Column({ name: 'event_key', type: 'text' })
  eventKey: string;

  @Column({ name: 'type', type: 'text' })
  type: WebhookEventType;

  @Column({ name: 'subject', type: 'text' })
  subject: string;

  /** What is sent, byte for byte. */
  @Column({ name: 'body', type: 'text' })
  body: string;

  @Column({ name: 'state', type: 'text', default: 'pending' })
  state: WebhookDeliveryState;

  @Column({ name: 'dead_reason', type: 'text', nullable: true })
  deadReason: WebhookDeadReason | null;

  @Column({ name: 'attempts', type: 'integer', default: 0 })
  attempts: number;

  @Column({ name: 'next_attempt_at', type: 'timestamptz', default: () => 'now()' })
  nextAttemptAt: Date;

  /** An attempt that fails after this is the last. */
  @Column({ name: 'retry_until', type: 'timestamptz' })
  retryUntil: Date;

  /** A process is making an attempt, and renews this; once it is over, the process has died. */
  @Column({ name: 'claimed_until', type: 'timestamptz', nullable: true })
  claimedUntil: Date | null;

  @Column({ name: 'last_status', type: 'integer', nullable: true })
  lastStatus: number | null;

  @Column({ name: 'last_error', type: 'text', nullable: true })
  lastError: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @Column({ name: 'delivered_at', type: 'timestamptz', nullable: true })
  deliveredAt: Date | null;
}
