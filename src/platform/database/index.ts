export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres';
export { migrate } from './migrate';
export { dataSourceOptions } from './options';
