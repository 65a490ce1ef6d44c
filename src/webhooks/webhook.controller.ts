import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../auth';
import { CreatedAt, PageQuery } from '../platform/common';
import type {
  ListView,
  WebhookCreatedView,
  WebhookDeliveryView,
  WebhookReplayView,
  WebhookView,
} from '../contracts';
import { DeliveryQuery, WebhookCreateDto, WebhookPatchDto } from './webhook.dto';
import { WebhookService } from './webhook.service';

@ApiTags('webhooks')
@Controller('v1/webhooks')
export class WebhookController {
  constructor(private readonly webhooks: WebhookService) {}

  /** Makes a webhook. This answer is the only one that carries its secret. */
  @Post()
  @CreatedAt<WebhookCreatedView>(({ id }) => `/v1/webhooks/${id}`)
  create(@CurrentCaller() caller: Caller, @Body() body: WebhookCreateDto): Promise<WebhookCreatedView> {
    return this.webhooks.create(caller, body);
  }

  /** Lists the webhooks. */
  @Get()
  list(@CurrentCaller() caller: Caller, @Query() page: PageQuery): Promise<ListView<WebhookView>> {
    return this.webhooks.list(caller, page);
  }

  /** Shows a webhook. */
  @Get(':id')
  get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<WebhookView> {
    return this.webhooks.get(caller, id);
  }

  /** Changes a webhook, or switches it off and on. */
  @Patch(':id')
  patch(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: WebhookPatchDto,
  ): Promise<WebhookView> {
    return this.webhooks.patch(caller, id, body);
  }

  /** Deletes a webhook with its deliveries. */
  @Delete(':id')
  @HttpCode(204)
  delete(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.webhooks.delete(caller, id);
  }

  /** Sends a `ping` to the webhook. */
  @Post(':id/ping')
  @HttpCode(202)
  ping(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.webhooks.ping(caller, id);
  }

  /** Lists the deliveries, sent or pending; `?state=dead` lists the dead letters. */
  @Get(':id/deliveries')
  listDeliveries(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() query: DeliveryQuery,
  ): Promise<ListView<WebhookDeliveryView>> {
    return this.webhooks.listDeliveries(caller, id, query);
  }

  /** Sends all dead letters of the webhook again. */
  @Post(':id/replay')
  @HttpCode(200)
  replay(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<WebhookReplayView> {
    return this.webhooks.replay(caller, id);
  }

  /** Sends one dead letter again; without effect on others. */
  @Post(':id/deliveries/:deliveryId/replay')
  @HttpCode(200)
  replayOne(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Param('deliveryId') deliveryId: string,
  ): Promise<WebhookReplayView> {
    return this.webhooks.replay(caller, id, deliveryId);
  }
}
