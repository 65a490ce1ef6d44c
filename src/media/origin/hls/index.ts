export { HlsDoor, type HlsChannels } from './hls-door';
export { HlsOutput, type HlsOutputOptions } from './hls-output';
export type { HlsLimits } from './limits';
