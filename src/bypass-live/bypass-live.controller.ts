import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../auth';
import { PageQuery } from '../platform/common';
import type { BypassLiveView, ListView } from '../contracts';
import { BypassLivePatchDto } from './bypass-live.dto';
import { BypassLiveService } from './bypass-live.service';

@ApiTags('bypass-live')
@Controller('v1/bypass-lives')
export class BypassLiveController {
  constructor(private readonly lives: BypassLiveService) {}

  /** Lists which conference is shown on which channel: all to an admin, to others those of their own conferences. */
  @Get()
  list(@CurrentCaller() caller: Caller, @Query() page: PageQuery): Promise<ListView<BypassLiveView>> {
    return this.lives.list(caller, page);
  }

  /** Says whether, to whom and how a conference is shown. */
  @Patch(':conferenceId')
  patch(
    @CurrentCaller() caller: Caller,
    @Param('conferenceId') conferenceId: string,
    @Body() body: BypassLivePatchDto,
  ): Promise<BypassLiveView> {
    return this.lives.patch(caller, conferenceId, body);
  }
}
