import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, ForVisitors } from '../../auth';
import { CreatedAt, PageQuery } from '../../platform/common';
import type { AcceptView, InvitationView, ListView } from '../../contracts';
import { AdmissionService } from './admission.service';
import { InvitationCreateDto } from './invitation.dto';
import { InvitationService } from './invitation.service';

@ApiTags('co-host')
@Controller('v1')
export class InvitationController {
  constructor(
    private readonly invitations: InvitationService,
    private readonly admission: AdmissionService,
  ) {}

  /** Invites a viewer (host), or applies to go on the air (viewer). */
  @Post('channels/:id/co-host/invitations')
  @ForVisitors('named')
  @CreatedAt<InvitationView>(({ id }) => `/v1/co-host/invitations/${id}`)
  create(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Body() body: InvitationCreateDto,
  ): Promise<InvitationView> {
    return this.invitations.create(caller, channelId, body);
  }

  /** Lists invitations and applications: all to the host, to viewers their own. */
  @Get('channels/:id/co-host/invitations')
  @ForVisitors()
  list(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Query() page: PageQuery,
  ): Promise<ListView<InvitationView>> {
    return this.invitations.list(caller, channelId, page);
  }

  /** Lists the applications that wait, in order: all to the host, to viewers their own with its place. */
  @Get('channels/:id/co-host/queue')
  @ForVisitors()
  queue(@CurrentCaller() caller: Caller, @Param('id') channelId: string): Promise<ListView<InvitationView>> {
    return this.invitations.queue(caller, channelId);
  }

  /** Shows one to its two parties. */
  @Get('co-host/invitations/:id')
  @ForVisitors('named')
  show(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<InvitationView> {
    return this.invitations.show(caller, id);
  }

  /** Accepts; by the party that was asked. Makes or extends the session. */
  @Post('co-host/invitations/:id/accept')
  @ForVisitors('named')
  @HttpCode(200)
  accept(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<AcceptView> {
    return this.admission.accept(caller, id);
  }

  /** Rejects; by the party that was asked. */
  @Post('co-host/invitations/:id/reject')
  @ForVisitors('named')
  @HttpCode(200)
  reject(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<InvitationView> {
    return this.invitations.reject(caller, id);
  }

  /** Withdraws; by the party that asked. */
  @Post('co-host/invitations/:id/cancel')
  @ForVisitors('named')
  @HttpCode(200)
  cancel(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<InvitationView> {
    return this.invitations.cancel(caller, id);
  }
}
