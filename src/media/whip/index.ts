export type { SoundCodecs } from './sound-track';
export { WhipEndpoint, type WhipOptions } from './whip-endpoint';
