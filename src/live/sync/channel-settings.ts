import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ChannelSettings } from '../../media/contract';
import type { Channel } from '../channel.entity';

/** What a channel has on its node without being told (contract/node.ts). */
const DEFAULTS: Omit<ChannelSettings, 'revision'> = { relay: null, flvMarkers: true, playGeneration: 0 };

/**
 * What is wanted of a channel on its node. The revision names the content: '' for the node's own defaults.
 * @param relayUrl with its stream key; null: no relay
 */
export function settingsOf(
  { flvMarkers, playGeneration }: Pick<Channel, 'flvMarkers' | 'playGeneration'>,
  relayUrl: string | null,
): ChannelSettings {
  const settings = { relay: relayUrl === null ? null : { url: relayUrl }, flvMarkers, playGeneration };
  return { revision: isDeepStrictEqual(settings, DEFAULTS) ? '' : revisionOf(settings), ...settings };
}

function revisionOf(settings: object): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
}
