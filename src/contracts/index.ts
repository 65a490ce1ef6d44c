/**
 * REST views under /v1, signals, and what is said to the MAS: types only, shared by the server, the pages and the tests.
 * Times are ISO 8601 strings in UTC.
 */
export type * from './audit';
export type * from './auth';
export type * from './bypass-live';
export type * from './channels';
export type * from './co-host';
export type * from './conferences';
export type * from './demo';
export type * from './errors';
export type * from './im';
export type * from './images';
export type * from './layout';
export type * from './lists';
export type * from './mas';
export type * from './mixing';
export type * from './moderation';
export type * from './nodes';
export type * from './overview';
export type * from './pk';
export type * from './quality';
export type * from './reasons';
export type * from './sharing';
export type * from './stream-messages';
export type * from './webhooks';
