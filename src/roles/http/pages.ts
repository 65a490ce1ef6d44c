import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Log } from '../../platform/common/telemetry/logger';

/** Paths that are never a page; a missing asset must not be answered with the page. */
const NO_PAGE = /^\/(v1|internal|health|metrics|socket\.io|docs|assets)(\/|$)/;

/**
 * Serves the built pages: files under /assets carry a hash in their name and never change; every other address that a
 * browser opens is the single page, revalidated every time.
 * @param folder web/dist
 */
export function servePages(app: NestExpressApplication, folder: string): void {
  const index = join(folder, 'index.html');
  if (!existsSync(index)) {
    new Log('pages').warn({ folder }, 'the pages are not built, only the API is served');
    return;
  }
  app.useStaticAssets(folder, {
    index: false,
    setHeaders: (response: Response, path: string) => {
      const hashed = path.startsWith(join(folder, 'assets') + sep);
      response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.use((request: Request, response: Response, next: NextFunction) => {
    const isPage = ['GET', 'HEAD'].includes(request.method) && !NO_PAGE.test(request.path);
    if (!isPage || !request.accepts('html')) return next();
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile(index);
  });
}
