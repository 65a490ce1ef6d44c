import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DeliveryRepository } from './delivery/delivery.repository';
import { WebhookController } from './webhook.controller';
import { Webhook, Delivery } from './webhook.entity';
import { WebhookCourier } from './delivery/webhook-courier';
import { WebhookLanes } from './delivery/webhook-lanes';
import { WebhookOutbox } from './delivery/webhook-outbox';
import { WebhookRepository } from './webhook.repository';
import { WebhookSecretRenewal } from './delivery/webhook-secret-renewal';
import { WebhookSecrets } from './delivery/webhook-secrets';
import { WebhookSender } from './delivery/webhook-sender';
import { WebhookService } from './webhook.service';

/** Tells the app's backend what happens. Knows the other rooms' events; no other room knows it. */
@Module({
  imports: [TypeOrmModule.forFeature([Webhook, Delivery])],
  controllers: [WebhookController],
  providers: [
    DeliveryRepository,
    WebhookCourier,
    WebhookLanes,
    WebhookOutbox,
    WebhookRepository,
    WebhookSecretRenewal,
    WebhookSecrets,
    WebhookSender,
    WebhookService,
  ],
})
export class WebhookModule {}
