import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const compilerOptions = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 };

/**
 * Answers with a test's page, or with a source of the client that it imports as a JavaScript module: below `/src/` are
 * sdk/src and, as their relative imports lead there, src/shared. Tests and benches run in the project's folder.
 */
export function servePageModules(request: IncomingMessage, response: ServerResponse, html: string): void {
  const path = /^\/src\/([\w-]+(?:\/[\w-]+)?)$/.exec(request.url ?? '')?.[1];
  const file =
    path && ['sdk/src', 'src'].map((folder) => join(process.cwd(), folder, `${path}.ts`)).find(existsSync);
  if (!file) return void response.setHeader('content-type', 'text/html').end(html);
  response.setHeader('content-type', 'text/javascript');
  response.end(transpileModule(readFileSync(file, 'utf8'), { compilerOptions }).outputText);
}
