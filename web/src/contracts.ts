/** All that the pages know of the server: types. */
export type * from '@lianmai/client';
