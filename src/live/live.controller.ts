import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, ForVisitors } from '../auth';
import { CreatedAt, Repeatable } from '../platform/common';
import type { ChannelEventView, ChannelView, ListView, PlaybackView, PushUrlView } from '../contracts';
import { ChannelService } from './channel.service';
import { ChannelCreateDto, ChannelEventCreateDto, ChannelListQuery, ChannelPatchDto } from './channel.dto';

@ApiTags('live')
@Controller('v1/channels')
export class LiveController {
  constructor(private readonly channels: ChannelService) {}

  /** Makes a channel, which belongs to the caller. */
  @Post()
  @CreatedAt<ChannelView>(({ id }) => `/v1/channels/${id}`)
  create(@CurrentCaller() caller: Caller, @Body() body: ChannelCreateDto): Promise<ChannelView> {
    return this.channels.create(caller, body);
  }

  /** Lists the channels, the newest first: all, or those that are on the air; admins can search. */
  @Get()
  list(@CurrentCaller() caller: Caller, @Query() query: ChannelListQuery): Promise<ListView<ChannelView>> {
    return this.channels.list(caller, query);
  }

  /** Shows a channel and what is on the air. */
  @Get(':id')
  @ForVisitors()
  get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ChannelView> {
    return this.channels.get(caller, id);
  }

  /** Changes a channel; the mixing mode by admins only. */
  @Patch(':id')
  patch(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: ChannelPatchDto,
  ): Promise<ChannelView> {
    return this.channels.patch(caller, id, body);
  }

  /** Deletes a channel and ends the host's push. */
  @Delete(':id')
  @HttpCode(204)
  delete(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.channels.delete(caller, id);
  }

  /** Gives out a signed RTMP address for the host's encoder. */
  @Post(':id/push-url')
  @Repeatable()
  @HttpCode(200)
  pushUrl(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<PushUrlView> {
    return this.channels.pushUrl(caller, id);
  }

  /**
   * Puts an event, e.g. a gift, into the picture that is on the air then, as SEI (EventStreamMessage): viewers get it with that
   * picture, whatever their delay. Refused while no picture is on the air.
   */
  @Post(':id/events')
  @HttpCode(200)
  addEvent(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: ChannelEventCreateDto,
  ): Promise<ChannelEventView> {
    return this.channels.addEvent(caller, id, body);
  }

  /** Gives out signed addresses to watch the channel. */
  @Get(':id/playback')
  @ForVisitors()
  playback(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<PlaybackView> {
    return this.channels.playback(caller, id);
  }
}
