import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../../auth';
import type { ListView, ViewerBanView } from '../../contracts';
import { CreatedAt } from '../../platform/common';
import { ChannelSuspendDto, ViewerBanCreateDto } from './doors.dto';
import { DoorsService } from './doors.service';

@ApiTags('live')
@Controller('v1/channels/:id')
export class DoorsController {
  constructor(private readonly doors: DoorsService) {}

  /**
   * Revokes all push addresses that were given out so far, also that of a mix on the host's device. Who publishes with
   * one is cut. POST push-url gives out a new one.
   */
  @Delete('push-url')
  @HttpCode(204)
  revokePushKeys(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.doors.revokePushKeys(caller, id);
  }

  /** Suspends a channel: nobody can publish to it or watch it, and who does is cut. Again: sets the note. */
  @Post('suspension')
  @HttpCode(204)
  suspend(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() { note }: ChannelSuspendDto,
  ): Promise<void> {
    return this.doors.suspend(caller, id, note);
  }

  /** Resumes a channel that was suspended. */
  @Delete('suspension')
  @HttpCode(204)
  resume(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.doors.resume(caller, id);
  }

  /** Puts a viewer out: they are cut, and may not watch the channel. Again: sets the new end. */
  @Post('viewer-bans')
  @CreatedAt<ViewerBanView>(({ userId }, { path }) => `${path}/${userId}`)
  ban(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: ViewerBanCreateDto,
  ): Promise<ViewerBanView> {
    return this.doors.ban(caller, id, body);
  }

  /** Lists who was put out. */
  @Get('viewer-bans')
  listBans(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ListView<ViewerBanView>> {
    return this.doors.listBans(caller, id);
  }

  /** Lets a viewer watch again. */
  @Delete('viewer-bans/:userId')
  @HttpCode(204)
  liftBan(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Param('userId') userId: string,
  ): Promise<void> {
    return this.doors.liftBan(caller, id, userId);
  }
}
