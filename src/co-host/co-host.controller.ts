import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { type Caller, CurrentCaller, ForVisitors } from '../auth';
import type { CoHostView } from '../contracts';
import { CoHostMemberPatchDto, CoHostMemberRemoveQuery, CoHostPatchDto } from './co-host.dto';
import { CoHostService } from './co-host.service';
import { SeatService } from './seats/seat.service';

@ApiTags('co-host')
@Controller('v1/channels/:id/co-host')
export class CoHostController {
  constructor(
    private readonly coHost: CoHostService,
    private readonly seats: SeatService,
  ) {}

  /** Shows the running session; 204 when there is none. */
  @Get()
  @ForVisitors()
  async show(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CoHostView | undefined> {
    const session = await this.coHost.find(caller, channelId);
    // No error: every viewer's page asks, and browsers write a 404 into the console.
    if (!session) response.status(204);
    return session ?? undefined;
  }

  /** Changes layout and output of the running session; its mix follows while it runs. */
  @Patch()
  patch(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Body() body: CoHostPatchDto,
  ): Promise<CoHostView> {
    return this.coHost.patch(caller, channelId, body);
  }

  /** Ends the session; the channel goes back to the host's own push. */
  @Delete()
  @HttpCode(204)
  end(@CurrentCaller() caller: Caller, @Param('id') channelId: string): Promise<void> {
    return this.coHost.end(caller, channelId);
  }

  /** Mutes or unmutes a member, hides their camera, moves them to another seat, or sets how loud they are in the mix. */
  @Patch('members/:userId')
  @ForVisitors('named')
  setMember(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Param('userId') userId: string,
    @Body() body: CoHostMemberPatchDto,
  ): Promise<CoHostView> {
    return this.seats.setMember(caller, channelId, userId, body);
  }

  /** Removes a guest (and bans them), or leaves. A host who leaves ends the session. */
  @Delete('members/:userId')
  @ForVisitors('named')
  @HttpCode(204)
  removeMember(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Param('userId') userId: string,
    @Query() { ban }: CoHostMemberRemoveQuery,
  ): Promise<void> {
    return this.seats.removeMember(caller, channelId, userId, ban === 'true');
  }
}
