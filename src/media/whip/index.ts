export type { SoundCodecs } from './sound-track';
export { WhipDoor, type WhipOptions } from './whip-door';
