import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../../auth';
import type { OverviewView, SeriesView } from '../../contracts';
import { SeriesQuery } from './overview.dto';
import { OverviewService } from './overview.service';

@ApiTags('overview')
@Controller('v1/overview')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  /** Shows what there is now: figures, nodes and mixers with what is free of them, alarms, who waits. */
  @Get()
  get(@CurrentCaller() caller: Caller): Promise<OverviewView> {
    return this.overview.get(caller);
  }

  /** Shows a figure over time: each minute of the last 24 hours, before that every fifth one, for seven days. */
  @Get('series')
  series(@CurrentCaller() caller: Caller, @Query() query: SeriesQuery): Promise<SeriesView> {
    return this.overview.series(caller, query);
  }
}
