import { Controller, Get, Res } from '@nestjs/common';
import { ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../../auth';
import { ReadinessCheck, type Readiness } from './readiness-check';

@Public()
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly check: ReadinessCheck) {}

  /** The process answers. */
  @Get('live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** 200 when requests can be served, else 503 with what is missing. Looks twice a second at most. */
  @Get('ready')
  @ApiServiceUnavailableResponse()
  async ready(@Res({ passthrough: true }) response: Response): Promise<Readiness> {
    const readiness = await this.check.recent();
    response.status(readiness.status === 'ready' ? 200 : 503);
    return readiness;
  }
}
