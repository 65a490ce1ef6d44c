import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { createHash, timingSafeEqual } from 'node:crypto';
import { bearerOf, requireAdmin, UserTokenFacade } from '../../auth';
import { CONFIG, type RuntimeConfig } from '../config';

/** METRICS_TOKEN, or an admin's token. Not by address: behind a proxy all requests come from this machine. */
@Injectable()
export class MetricsGuard implements CanActivate {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly tokens: UserTokenFacade,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const token = bearerOf(context.switchToHttp().getRequest<Request>().headers.authorization);
    const { METRICS_TOKEN } = this.config;
    if (METRICS_TOKEN && timingSafeEqual(digest(token), digest(METRICS_TOKEN))) return true;
    requireAdmin((await this.tokens.authenticate(token)).caller, 'see the metrics');
    return true;
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
