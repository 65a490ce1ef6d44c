import type { NestExpressApplication } from '@nestjs/platform-express';
import { join } from 'node:path';
import { ProblemFilter, requestMiddleware, validationPipe } from '../../platform/common';
import { type RuntimeConfig } from '../../platform/config/config';
import { assertShallowText } from '../../shared/bounded-json';
import { serveDocs } from './docs';
import { servePages } from './pages';
import { projectRoot } from '../root';
import { securityHeaders } from './security';

/** A report of a media node with many channels is the largest body. */
const bodyOptions = { limit: '1mb', verify: verifyBody };
/** What a page of another origin may read of an answer's header, beside the usual. */
const exposedHeaders = [
  'Idempotency-Replayed',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
];

/** Before the body is parsed. What it throws is answered with its status. */
function verifyBody(_request: unknown, _response: unknown, body: Buffer, encoding: string): void {
  if (encoding !== 'utf-8') throw Object.assign(new Error('JSON is UTF-8 (RFC 8259 §8.1)'), { status: 415 });
  try {
    // Brackets and quotes are single bytes in UTF-8, so each byte may stand for a character.
    assertShallowText(body.toString('latin1'));
  } catch (error) {
    throw Object.assign(error as Error, { status: 400 });
  }
}

/** What every HTTP request passes before and around the rooms' controllers. */
export function configureHttp(app: NestExpressApplication, config: RuntimeConfig): void {
  app.disable('x-powered-by');
  app.set('trust proxy', config.TRUST_PROXY);
  app.use(requestMiddleware);
  app.use(securityHeaders(config.PUBLIC_URL));
  app.useBodyParser('json', bodyOptions);
  // Callers are known by their bearer token, never by a cookie: any origin may call.
  app.enableCors({ exposedHeaders });
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter());
  serveDocs(app);
  servePages(app, join(projectRoot(), 'web/dist'));
}
