export type { MasDoor } from './mas-door';
export { createMediaNode, MediaNode, type MediaNodeOptions } from './media-node';
