import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ChannelSettings } from '../../media/contract';
import { doorsOf } from '../doors/put-out';
import type { Channel } from '../channel.entity';

/** What a channel has on its node without being told (contract/node.ts). */
const DEFAULTS: Omit<ChannelSettings, 'revision'> = {
  relay: null,
  flvMarkers: true,
  playGeneration: 0,
  awaitsMix: false,
  doors: { suspended: false, pushGeneration: 0, putOut: [] },
};

/**
 * What is wanted of a channel on its node. The revision names the content: '' for the node's own defaults.
 * @param relayUrl with its stream key; null: no relay
 */
export function settingsOf(
  channel: Pick<
    Channel,
    | 'flvMarkers'
    | 'playGeneration'
    | 'epoch'
    | 'hostEpoch'
    | 'suspendedAt'
    | 'pushGeneration'
    | 'putOut'
    | 'visitGeneration'
  >,
  relayUrl: string | null,
): ChannelSettings {
  const { flvMarkers, playGeneration } = channel;
  const relay = relayUrl === null ? null : { url: relayUrl };
  // A mix has the newest epoch from its beginning until the air is the host's again.
  const awaitsMix = channel.epoch > channel.hostEpoch;
  const settings = { relay, flvMarkers, playGeneration, awaitsMix, doors: doorsOf(channel, Date.now()) };
  return { revision: isDeepStrictEqual(settings, DEFAULTS) ? '' : revisionOf(settings), ...settings };
}

function revisionOf(settings: object): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
}
