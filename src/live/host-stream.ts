import type { HostStreamView, HostStreamWarning } from '../contracts';
import type { Channel } from './channel.entity';

/** Above this viewers wait too long for a picture, and a hand-over with them: twice what encoders are asked for, ms. */
const LONG_GOP_MS = 4000;

type Told = Pick<Channel, 'source' | 'hostVideo'>;

/** What the host may be told of the stream that they push; null: it isn't on the air, or has no picture. */
export function hostStreamView({ source, hostVideo }: Told): HostStreamView | null {
  if (source !== 'host' || !hostVideo) return null;
  const { width, height, fps, keyframeIntervalMs = 0 } = hostVideo;
  const warnings: HostStreamWarning[] = keyframeIntervalMs > LONG_GOP_MS ? ['long_gop'] : [];
  return { width, height, fps, keyframeIntervalMs, warnings };
}

export function sameWarnings(before: Told, now: Told): boolean {
  return warningsOf(before) === warningsOf(now);
}

function warningsOf(told: Told): string {
  return hostStreamView(told)?.warnings.join() ?? '';
}
