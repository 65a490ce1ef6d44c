export type { AudioCodecs } from './audio-track';
export { WhipEndpoint, type WhipOptions } from './whip-endpoint';
