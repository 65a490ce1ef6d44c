import type { ChannelRecord } from '../../live';
import type { MixTaskRecord } from '../task/mix-task.events';

/**
 * Whether the hub shows this mix to viewers, and not that of an earlier task.
 * @param mixEpoch the hub has just put a mix of this epoch on the air; default: as the channel's row says
 */
export function isOnAir(
  { epoch }: Pick<MixTaskRecord, 'epoch'>,
  { source, sourceEpoch }: Pick<ChannelRecord, 'source' | 'sourceEpoch'>,
  mixEpoch?: number,
): boolean {
  const onAirEpoch = mixEpoch ?? (source === 'mix' ? sourceEpoch : null);
  return epoch !== null && onAirEpoch !== null && onAirEpoch >= epoch;
}
