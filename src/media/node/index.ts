export type { MasPort } from './mas-port';
export { createMediaNode, MediaNode, type MediaNodeOptions } from './media-node';
