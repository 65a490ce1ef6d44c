import { Injectable } from '@nestjs/common';
import { Log } from '../../platform/common';
import { NodesFacade } from '../../nodes';
import { RelayAddresses } from '../addresses/relay-addresses';
import type { CarriedChannel } from '../channel.repository';
import { settingsOf } from './channel-settings';

/**
 * Tells media nodes what is wanted of their channels: at once after a change, and again whenever a report shows that a
 * node has something else (it started anew, the channel moved there, or we couldn't reach it).
 */
@Injectable()
export class ChannelSettingsSync {
  private readonly log = new Log('live');

  constructor(
    private readonly nodes: NodesFacade,
    private readonly relays: RelayAddresses,
  ) {}

  /**
   * @param revision that the channel's node has; default: not known
   * @param relayUrl where the node is to relay the channel to; null: nowhere. Default: what the channel is set to
   */
  async ensure(
    channel: Parameters<typeof settingsOf>[0] & Pick<CarriedChannel, 'id' | 'kind' | 'nodeId' | 'relayUrl'>,
    revision?: string,
    relayUrl: string | null = this.relays.of(channel)?.url ?? null,
  ): Promise<void> {
    const { id, nodeId } = channel;
    const settings = settingsOf(channel, relayUrl);
    if (nodeId === null || revision === settings.revision) return;
    try {
      await this.nodes.configureChannel(nodeId, id, settings);
    } catch (error) {
      this.log.warn({ err: error, channelId: id, nodeId }, 'a media node was not told a channel’s settings');
    }
  }
}
