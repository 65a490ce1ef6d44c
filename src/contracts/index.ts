export type * from './audit';
export type * from './demo';
export type * from './errors';
export type * from './im';
export type * from './layout';
export type * from './mas';
export type * from './rest';
export type * from './webhooks';
