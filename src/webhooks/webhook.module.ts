import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DeliveryRepository } from './delivery/delivery.repository';
import { WebhookController } from './webhook.controller';
import { Webhook, Delivery } from './webhook.entity';
import { WEBHOOK_QUEUE, WebhookLanes } from './delivery/webhook-lanes';
import { WebhookOutbox } from './delivery/webhook-outbox';
import { WebhookProcessor } from './delivery/webhook.processor';
import { WebhookRepository } from './webhook.repository';
import { WebhookSecretRenewal } from './delivery/webhook-secret-renewal';
import { WebhookSecrets } from './delivery/webhook-secrets';
import { WebhookSender } from './delivery/webhook-sender';
import { WebhookService } from './webhook.service';

/** Tells the app's backend what happens. Knows the other rooms' events; no other room knows it. */
@Module({
  imports: [TypeOrmModule.forFeature([Webhook, Delivery]), BullModule.registerQueue({ name: WEBHOOK_QUEUE })],
  controllers: [WebhookController],
  providers: [
    DeliveryRepository,
    WebhookLanes,
    WebhookOutbox,
    WebhookProcessor,
    WebhookRepository,
    WebhookSecretRenewal,
    WebhookSecrets,
    WebhookSender,
    WebhookService,
  ],
})
export class WebhookModule {}
