import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { join } from 'node:path';
import { ProblemFilter, requestMiddleware, validationPipe } from '../../platform/common';
import { type RuntimeConfig } from '../../platform/config/config';
import { assertShallowText } from '../../shared/bounded-json';
import { serveDocs } from './docs';
import { servePages } from './pages';
import { projectRoot } from '../process/project-root';
import { securityHeaders } from './security';

/** A report of a media node with many channels is the largest body. */
const BODY_OPTIONS = { limit: '1mb', verify: verifyBody, type: takesBody };
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

/** A body of GET or DELETE has no meaning (RFC 9110 §9.3.1, §9.3.5) and is not read. */
function takesBody({ method }: { method?: string }): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

/** What isn't JSON would look like no body at all. */
function requireJson(request: Request, _response: Response, next: NextFunction): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.get('content-length')) > 0;
  const isOther = hasBody && takesBody(request) && request.is('json') === false;
  next(isOther ? new UnsupportedMediaTypeException() : undefined);
}

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

/** Middleware, pipes and filters around the rooms' controllers. */
export function configureHttp(app: NestExpressApplication, config: RuntimeConfig): void {
  app.disable('x-powered-by');
  app.set('trust proxy', config.TRUST_PROXY);
  app.use(requestMiddleware);
  app.use(securityHeaders(config.PUBLIC_URL));
  app.use(requireJson);
  app.useBodyParser('json', BODY_OPTIONS);
  // Callers are known by their bearer token, never by a cookie: any origin may call.
  app.enableCors({ exposedHeaders: EXPOSED_HEADERS });
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter());
  serveDocs(app);
  servePages(app, join(projectRoot(), 'web/dist'));
}
