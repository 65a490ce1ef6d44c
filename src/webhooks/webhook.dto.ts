import { ArrayUnique, IsArray, IsBoolean, IsIn, IsString, MaxLength } from 'class-validator';
import { MayBeAbsent, PageQuery } from '../platform/common';
import type { WebhookCreate, WebhookDeliveryState, WebhookEventType, WebhookPatch } from '../contracts';
import { deliveryStates } from './delivery/delivery.state';
import { webhookEventTypes } from './event-mapping';

export class WebhookPatchDto implements WebhookPatch {
  @MayBeAbsent()
  @IsString()
  @MaxLength(2048)
  url?: string;

  @MayBeAbsent()
  @IsArray()
  @ArrayUnique()
  @IsIn(webhookEventTypes, { each: true })
  events?: WebhookEventType[];

  @MayBeAbsent()
  @IsBoolean()
  enabled?: boolean;
}

export class WebhookCreateDto implements WebhookCreate {
  /** http or https. */
  @IsString()
  @MaxLength(2048)
  url: string;

  @MayBeAbsent()
  @IsArray()
  @ArrayUnique()
  @IsIn(webhookEventTypes, { each: true })
  events?: WebhookEventType[];
}

export class DeliveryQuery extends PageQuery {
  @MayBeAbsent()
  @IsIn(deliveryStates.all)
  state?: WebhookDeliveryState;
}
