import type { NestExpressApplication } from '@nestjs/platform-express';
import { join } from 'node:path';
import { ProblemFilter, requestMiddleware, validationPipe } from '../../platform/common';
import { type RuntimeConfig } from '../../platform/config/config';
import { serveDocs } from './docs';
import { servePages } from './pages';
import { projectRoot } from '../process/project-root';
import { securityHeaders } from './security';

/** Header fields that a page of another origin may read, beside the usual. */
const EXPOSED_HEADERS = [
  'Allow',
  'Idempotency-Replayed',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
];

/** Middleware, pipes and filters around the rooms' controllers. */
export function configureHttp(app: NestExpressApplication, config: RuntimeConfig): void {
  app.disable('x-powered-by');
  app.set('trust proxy', config.TRUST_PROXY);
  app.use(requestMiddleware);
  app.use(securityHeaders(config.PUBLIC_URL));
  // Callers are known by their bearer token, never by a cookie: any origin may call.
  app.enableCors({ exposedHeaders: EXPOSED_HEADERS });
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter());
  serveDocs(app);
  servePages(app, join(projectRoot(), 'web/dist'));
}
