export * from './mix';
export type * from './node';
export type * from './ports';
