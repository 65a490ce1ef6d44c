import { join } from 'node:path';
import type { DataSourceOptions } from 'typeorm';

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
    extra: { max: 20 },
  };
}
