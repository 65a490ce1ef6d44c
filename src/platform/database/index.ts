export { DUTIES } from './duties';
export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres';
export { hydrate } from './hydrate';
export { LastingConnection, type NotificationHandler, PRESENT } from './lasting-connection';
export { migrate } from './migrate';
export { dataSourceOptions, servingOptions } from './options';
export { requireWithin } from './quota';
export { daysAgo, type HasRetention, type Retained, retained, RETENTION } from './retained';
export { TransactionalDataSource } from './transactional-data-source';
