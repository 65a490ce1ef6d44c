import { join } from 'node:path';
import type { Client } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { endWhenSilent } from './silent-server';

type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/**
 * TypeORM's options for our one database. Entities are found by the end of their file name, so that a room brings
 * its tables by being there.
 * @param url postgres://…
 */
export function dataSourceOptions(url: string): PostgresOptions {
  return {
    type: 'postgres',
    url,
    applicationName: 'lianmai',
    entities: [join(__dirname, '../../**/*.entity.{js,ts}')],
    migrations: [join(__dirname, '../../../migrations/*.{js,ts}')],
    migrationsTransactionMode: 'all',
  };
}

/** A request that gets no connection by then is answered `overloaded`, ms. */
const POOL_WAIT_MS = 5_000;
/** No statement of ours takes a second on a healthy system, and none waits for a row that long, ms. */
const STATEMENT_TIMEOUT_MS = 15_000;
const LOCK_TIMEOUT_MS = 8_000;
/** A transaction whose process is paused, or has forgotten it, gives its locks back, ms. */
const IDLE_IN_TRANSACTION_MS = 20_000;

/** A server that ends statements by then, and is silent for longer, can't be reached, ms. */
const SILENCE_MS = STATEMENT_TIMEOUT_MS + 3_000;

/** The same for a process that serves: with a pool, and nothing that waits without end. */
export function servingOptions(config: {
  DATABASE_URL: string;
  DATABASE_POOL_SIZE: number;
}): PostgresOptions {
  return {
    ...dataSourceOptions(config.DATABASE_URL),
    extra: {
      max: config.DATABASE_POOL_SIZE,
      connectionTimeoutMillis: POOL_WAIT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      lock_timeout: LOCK_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      keepAlive: true,
      onConnect: (client: Client) => endWhenSilent(client, SILENCE_MS),
    },
  };
}
