export { FanOut, type FanOutOptions, type Packager, type Sink } from './fan-out';
export { GopCache, GOP_LIMITS, type GopLimits } from './gop-cache';
export { Interleaver } from './interleaver';
export { KeyframeGate, type GateLimits } from './keyframe-gate';
export { Stream, type UnitListener } from './stream';
export { streamMessageNal } from './stream-message';
export * from './unit';
