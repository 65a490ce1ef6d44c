export * from './mix';
export type * from './node';
export type * from './ports';
export type * from './snapshot';
