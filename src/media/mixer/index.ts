export { firstEncoder } from './first-encoder';
export { Mix, type MixDeps } from './mix';
export { drawPreview } from './preview';
