import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../../src/platform/database/embedded-postgres';

/** Where postgres.setup.ts tells the workers of the one server of this run. */
export const SERVER_VARIABLE = 'LIANMAI_TEST_POSTGRES';

/** Starts the server that all integration tests of a run share, in a temporary folder. It ends with this process. */
export async function startTestServer(): Promise<{ stop(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'lianmai-test-'));
  const server = await EmbeddedPostgres.start({ dir, durable: false });
  process.env[SERVER_VARIABLE] = server.url;
  return {
    async stop() {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
