import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Log } from '../platform/common';
import type { ChannelSettings } from '../media/contract';
import { NodesFacade } from '../nodes';
import type { Channel } from './channel.entity';
import { RelayAddresses } from './relay-addresses';

/** What a channel has on its node without being told (contract/node.ts). */
const DEFAULTS: Omit<ChannelSettings, 'revision'> = { relay: null, flvMarkers: true, playGeneration: 0 };

/**
 * Tells media nodes what is wanted of their channels: at once after a change, and again whenever a report shows that a
 * node has something else (it started anew, the channel moved there, or we couldn't reach it).
 */
@Injectable()
export class ChannelSettingsKeeper {
  private readonly log = new Log('live');

  constructor(
    private readonly nodes: NodesFacade,
    private readonly relays: RelayAddresses,
  ) {}

  /** @param revision that the channel's node has; default: not known */
  async ensure(channel: Channel, revision?: string): Promise<void> {
    const { id, nodeId } = channel;
    const settings = this.wanted(channel);
    if (nodeId === null || revision === settings.revision) return;
    try {
      if (await this.nodes.find(nodeId)) await this.nodes.configureChannel(nodeId, id, settings);
    } catch (error) {
      this.log.warn({ err: error, channelId: id, nodeId }, 'a media node was not told a channel’s settings');
    }
  }

  private wanted(channel: Channel): ChannelSettings {
    const relay = this.relays.of(channel);
    const { flvMarkers, playGeneration } = channel;
    const settings = { relay: relay && { url: relay.url }, flvMarkers, playGeneration };
    return { revision: isDeepStrictEqual(settings, DEFAULTS) ? '' : revisionOf(settings), ...settings };
  }
}

function revisionOf(settings: object): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
}
