import type { NestExpressApplication } from '@nestjs/platform-express';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../process/project-root';

/**
 * Serves the checked-in documents of the API (scripts/api.mjs): `/docs` (Swagger UI, from its own package),
 * `/docs/openapi.json`, and those that it shows no page of.
 */
export function serveDocs(app: NestExpressApplication): void {
  // Its page names its parts relative to an address without a slash at the end.
  app.use('/docs', (request: Request, response: Response, next: NextFunction) =>
    request.originalUrl === '/docs/' ? response.redirect(308, '/docs') : next(),
  );
  const read = (name: string) => readFileSync(join(projectRoot(), 'docs/api', name), 'utf8');
  SwaggerModule.setup('docs', app, () => JSON.parse(read('openapi.json')) as OpenAPIObject, {
    customSiteTitle: 'Lianmai API',
    jsonDocumentUrl: 'docs/openapi.json',
    raw: ['json'],
    // The badge would ask an outside server.
    swaggerOptions: { validatorUrl: null },
  });
  for (const name of ['asyncapi.json', 'mas.schema.json']) {
    app.use(
      `/docs/${name}`,
      (_request: unknown, response: { type(t: string): { send(s: string): void } }) => {
        response.type('application/json').send(read(name));
      },
    );
  }
}
