import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';

/** Serves `html`, and beside it stock players: path -> their file in node_modules. */
export async function servePlayers(html: string, players: Record<string, string>): Promise<Server> {
  const scripts = new Map(
    Object.entries(players).map(([path, file]) => [path, readFileSync(require.resolve(file))]),
  );
  const server = createServer((request, response) => {
    const script = scripts.get(request.url ?? '');
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html');
    response.end(script ?? html);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}
