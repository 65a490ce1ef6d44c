export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres';
export { isPresent, LastingConnection, type NotificationHandler } from './lasting-connection';
export { migrate } from './migrate';
export { dataSourceOptions, servingOptions } from './options';
export { TransactionalDataSource } from './transactional-data-source';
