import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { ApiProduces } from '@nestjs/swagger';
import { Public } from '../../auth';
import { MetricsGuard } from './metrics.guard';
import { MetricsCollector, TEXT_FORMAT } from './metrics-collector';

@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsCollector) {}

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
