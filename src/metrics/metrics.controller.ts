import { Controller, Get, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../auth';
import { MetricsGuard } from './metrics.guard';
import { MetricsService } from './metrics.service';

@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  /** For Prometheus: text format 0.0.4. Opened by METRICS_TOKEN or an admin's token. */
  @Get()
  @Public()
  @UseGuards(MetricsGuard)
  @ApiExcludeEndpoint()
  async scrape(@Res() response: Response): Promise<void> {
    response.type(this.metrics.contentType).send(await this.metrics.text());
  }
}
