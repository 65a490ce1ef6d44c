import { createPostgresBackend, type QueueOptions, runMigrations, setDefaultBackendFactory } from 'bullmq';
import { Client } from 'pg';
import type { RuntimeConfig } from '../config';

/** A queue uses few connections at a time; every Queue and Worker has a pool of its own beside its LISTEN client. */
const POOL_SIZE = 4;

/**
 * BullMQ's shared options: on Redis where REDIS_URL is set, else on our Postgres, in the schema `bullmq`. The
 * backend is a setting of the whole process; queues made later use it.
 */
export function queueOptions(config: RuntimeConfig): QueueOptions {
  if (config.REDIS_URL) {
    setDefaultBackendFactory();
    // A worker blocks on its connection as long as it takes; BullMQ insists on null.
    return { connection: { url: config.REDIS_URL, maxRetriesPerRequest: null } };
  }
  setDefaultBackendFactory(createPostgresBackend);
  // The Postgres backend reads pg's options here; BullMQ's types only know Redis'.
  return { connection: { connectionString: config.DATABASE_URL, max: POOL_SIZE } };
}

/** Makes or updates BullMQ's tables; before any queue is opened. Nothing to do on Redis. */
export async function migrateQueues(config: RuntimeConfig): Promise<void> {
  if (config.REDIS_URL) return;
  const client = new Client({ connectionString: config.DATABASE_URL });
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
}
