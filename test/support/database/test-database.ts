import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { readConfig } from '../../../src/platform/config';
import { dataSourceOptions } from '../../../src/platform/database';
import { migrateQueues } from '../../../src/platform/queue';
import { SERVER_VARIABLE } from './test-server';

export interface TestDatabase {
  url: string;
  /** Removes the database, also while somebody is connected. */
  drop(): Promise<void>;
}

/** A new, empty database on the shared server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env[SERVER_VARIABLE];
  if (!server) throw new Error('no test server: this spec belongs to test/integration (see jest.config.js)');
  const name = `t_${randomBytes(6).toString('hex')}`;
  await query(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => query(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** A new database with all tables and queues, and nothing in them. */
export async function prepareDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const db = await new DataSource(dataSourceOptions(database.url)).initialize();
  await db.synchronize();
  await db.destroy();
  await migrateQueues({ ...readConfig({}), DATABASE_URL: database.url, AUTH_SECRET: '', API_KEY: '' });
  return database;
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
