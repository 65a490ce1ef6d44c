import { Body, Controller, Delete, Get, HttpCode, Param, ParseIntPipe, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CreatedAt } from '../platform/common';
import { type Caller, CurrentCaller } from '../auth';
import type { CoHostBanView, CoHostView, ListView } from '../contracts';
import { SeatService } from './seats/seat.service';
import { BanService } from './bans/ban.service';
import { CoHostBanCreateDto, CoHostSeatPatchDto } from './moderation.dto';

@ApiTags('co-host')
@Controller('v1/channels/:id/co-host')
export class ModerationController {
  constructor(
    private readonly seats: SeatService,
    private readonly bans: BanService,
  ) {}

  /** Locks or unlocks a guest's seat. */
  @Patch('seats/:seat')
  lockSeat(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Param('seat', ParseIntPipe) seat: number,
    @Body() { locked }: CoHostSeatPatchDto,
  ): Promise<CoHostView> {
    return this.seats.lock(caller, channelId, seat, locked);
  }

  /** Bans a user for the running session; takes their seat and their invitation. */
  @Post('bans')
  @CreatedAt<CoHostBanView>(({ userId }, { path }) => `${path}/${userId}`)
  ban(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Body() { userId }: CoHostBanCreateDto,
  ): Promise<CoHostBanView> {
    return this.bans.ban(caller, channelId, userId);
  }

  /** Lists who is banned from the running session. */
  @Get('bans')
  listBans(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
  ): Promise<ListView<CoHostBanView>> {
    return this.bans.list(caller, channelId);
  }

  /** Lifts a ban. */
  @Delete('bans/:userId')
  @HttpCode(204)
  liftBan(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Param('userId') userId: string,
  ): Promise<void> {
    return this.bans.lift(caller, channelId, userId);
  }
}
