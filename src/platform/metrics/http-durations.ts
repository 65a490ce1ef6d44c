import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Histogram, Registry } from 'prom-client';

/** Times of HTTP requests by the template of their route, never by the address itself. */
@Injectable()
export class HttpDurations implements NestMiddleware {
  readonly registry = new Registry();
  private readonly seconds = new Histogram({
    name: 'lianmai_http_request_duration_seconds',
    help: 'Time to answer HTTP requests.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  use(request: Request, response: Response, next: NextFunction): void {
    const startedAt = performance.now();
    response.once('finish', () => {
      const route = (request.route as { path?: unknown } | undefined)?.path;
      const labels = {
        method: request.method,
        // The middleware's own wildcard: no route matched.
        route: typeof route === 'string' && !route.includes('{*') ? route : 'unknown',
        status: String(response.statusCode),
      };
      this.seconds.observe(labels, (performance.now() - startedAt) / 1000);
    });
    next();
  }
}
