import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CreatedAt } from '../../platform/common';
import { type Caller, CurrentCaller } from '../../auth';
import type { ListView, RoomRestrictionView } from '../../contracts';
import { RoomBanCreateDto, RoomMuteCreateDto } from './moderation.dto';
import { ModerationService } from './moderation.service';

@ApiTags('im')
@Controller('v1/channels/:id/im')
export class RoomModerationController {
  constructor(private readonly moderation: ModerationService) {}

  /** Mutes a user in the channel's room for a while; again: sets the new end. */
  @Post('mutes')
  @CreatedAt<RoomRestrictionView>(({ userId }, { path }) => `${path}/${userId}`)
  mute(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Body() body: RoomMuteCreateDto,
  ): Promise<RoomRestrictionView> {
    return this.moderation.restrict(caller, channelId, 'mute', body);
  }

  /** Lists who is muted in the room. */
  @Get('mutes')
  listMutes(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
  ): Promise<ListView<RoomRestrictionView>> {
    return this.moderation.list(caller, channelId, 'mute');
  }

  /** Lifts a mute. */
  @Delete('mutes/:userId')
  @HttpCode(204)
  unmute(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Param('userId') userId: string,
  ): Promise<void> {
    return this.moderation.lift(caller, channelId, 'mute', userId);
  }

  /** Bans a user from the channel's room, for a while or until it is lifted, and expels them at once. */
  @Post('bans')
  @CreatedAt<RoomRestrictionView>(({ userId }, { path }) => `${path}/${userId}`)
  ban(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Body() body: RoomBanCreateDto,
  ): Promise<RoomRestrictionView> {
    return this.moderation.restrict(caller, channelId, 'ban', body);
  }

  /** Lists who is banned from the room. */
  @Get('bans')
  listBans(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
  ): Promise<ListView<RoomRestrictionView>> {
    return this.moderation.list(caller, channelId, 'ban');
  }

  /** Lifts a ban. */
  @Delete('bans/:userId')
  @HttpCode(204)
  unban(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Param('userId') userId: string,
  ): Promise<void> {
    return this.moderation.lift(caller, channelId, 'ban', userId);
  }
}
