import type { ChannelRecord } from '../../live';
import type { MixTaskRecord } from '../task/mix-task.events';

/**
 * Does the hub say that viewers see this mix, not one of an earlier task or one that it takes over from?
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
