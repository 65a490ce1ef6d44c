import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { EmbeddedPostgres } from '../../../src/platform/database/embedded-postgres';

/** Where test/support/database/postgres.setup.ts tells the workers of the one server of this run. */
const variable = 'LIANMAI_TEST_POSTGRES';

export interface TestDatabase {
  url: string;
  /** Removes the database, whoever is still connected. */
  drop(): Promise<void>;
}

/** Starts the server that all integration tests of a run share, in a temporary folder. It ends with this process. */
export async function startTestServer(): Promise<{ stop(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'lianmai-test-'));
  const server = await EmbeddedPostgres.start({ dir, durable: false });
  process.env[variable] = server.url;
  return {
    async stop() {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A new, empty database on the shared server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env[variable];
  if (!server) throw new Error('no test server: this spec belongs to test/integration (see jest.config.js)');
  const name = `t_${randomBytes(6).toString('hex')}`;
  await query(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => query(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
