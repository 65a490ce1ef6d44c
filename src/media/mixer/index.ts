export { Mix, type MixDeps } from './mix';
export { firstEncoder } from './first-encoder';
