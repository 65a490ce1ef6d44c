import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { ApiProduces } from '@nestjs/swagger';
import { Public } from '../../auth';
import { MetricsGuard } from './metrics.guard';
import { MetricsService, TEXT_FORMAT } from './metrics.service';

@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  /** For Prometheus: text format 0.0.4. Opened by METRICS_TOKEN or an admin's token. */
  @Get()
  @Public()
  @UseGuards(MetricsGuard)
  @ApiProduces('text/plain')
  @Header('Content-Type', TEXT_FORMAT)
  scrape(): Promise<string> {
    return this.metrics.text();
  }
}
