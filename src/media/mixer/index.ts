export { Mix, type MixDeps } from './mix';
