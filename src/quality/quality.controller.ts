import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, ForVisitors } from '../auth';
import type { HandOverView, ListView, QualityMinuteView } from '../contracts';
import { OnlyTells } from '../platform/common';
import { QualityQuery, QualityReportDto } from './quality.dto';
import { QualityService } from './quality.service';

@ApiTags('quality')
@Controller('v1/channels/:id')
export class QualityController {
  constructor(private readonly quality: QualityService) {}

  /** Takes what a player saw since its last report. */
  @Post('quality')
  @ForVisitors()
  @OnlyTells()
  @HttpCode(204)
  report(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: QualityReportDto,
  ): Promise<void> {
    return this.quality.report(caller, id, body);
  }

  /** Lists what players saw, by minute; the last seconds are missing yet. */
  @Get('quality')
  minutes(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() query: QualityQuery,
  ): Promise<ListView<QualityMinuteView>> {
    return this.quality.minutes(caller, id, query);
  }

  /** Lists the changes of the channel's source, with what players saw of them. */
  @Get('hand-overs')
  handOvers(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() query: QualityQuery,
  ): Promise<ListView<HandOverView>> {
    return this.quality.handOvers(caller, id, query);
  }
}
