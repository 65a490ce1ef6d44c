/** What the server says and takes: types only, the very ones that it is compiled with. */
export type * from '../../src/contracts';
