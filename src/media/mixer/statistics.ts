import type { MixStatistics } from '../contract';
import type { MixParts } from './mix-parts';

/** What a mix has done so far, and what its process has cost. */
export function statisticsOf({ inputs, gateway, clock, frames }: MixParts): MixStatistics {
  const cpu = process.cpuUsage();
  return {
    framesOut: frames.out,
    framesDropped: clock.framesDropped,
    inputs: inputs.count,
    packetsLost: inputs.packetsLost,
    keyframeRequests: inputs.keyframeRequests,
    reconnects: gateway.reconnects,
    cpuMs: Math.round((cpu.user + cpu.system) / 1000),
    rssBytes: process.memoryUsage.rss(),
    maxFrameGapMs: frames.maxGapMs,
  };
}
