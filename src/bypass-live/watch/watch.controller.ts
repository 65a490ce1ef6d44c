import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiTags } from '@nestjs/swagger';
import { Repeatable } from '../../platform/common';
import type { Response } from 'express';
import { type Caller, CurrentCaller } from '../../auth';
import type { WatchView } from '../../contracts';
import { WatchQuery } from '../bypass-live.dto';
import { WatchService } from './watch.service';

@ApiTags('bypass-live')
@Controller('v1/conferences/:id/watch')
export class WatchController {
  constructor(private readonly watching: WatchService) {}

  /** Asks to watch a conference, by its id or its number: 202 while it starts, 200 with addresses once it plays. */
  @Post()
  @HttpCode(200)
  @Repeatable()
  @ApiAcceptedResponse()
  async watch(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() { wait = 0 }: WatchQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WatchView> {
    const view = await this.watching.watch(caller, id, wait);
    response.status(view.status === 'live' ? 200 : 202);
    response.setHeader('Location', `/v1/conferences/${view.conferenceId}/watch`);
    return view;
  }

  /** Shows how far it is, and the addresses while it plays. */
  @Get()
  show(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() { wait = 0 }: WatchQuery,
  ): Promise<WatchView> {
    return this.watching.show(caller, id, wait);
  }
}
