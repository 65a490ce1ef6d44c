export { HlsEndpoint, type HlsChannels } from './hls-endpoint';
export { HlsOutput, type HlsOutputOptions } from './hls-output';
export type { HlsLimits } from './limits';
