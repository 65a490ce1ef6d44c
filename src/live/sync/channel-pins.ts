import { Inject, Injectable } from '@nestjs/common';
import { hasPassed, Log, Sweeper } from '../../platform/common';
import { CONFIG, type RuntimeConfig, servesApi } from '../../platform/config';
import { DUTIES, LastingConnection } from '../../platform/database';
import type { Channel } from '../channel.entity';
import { ChannelRepository } from '../channel.repository';

const SWEEP_MS = 60_000;
/**
 * A channel is idle for so long before it may go to another node, ms. Meanwhile all who are given an address get one of the
 * same node, so that an encoder that starts again finds the viewers who wait for it.
 */
const CHANNEL_PIN_MS = 10 * 60_000;

/** Frees channels that nobody publishes, watches or is about to, so that a node's loss or return concerns what is live. */
@Injectable()
export class ChannelPins extends Sweeper {
  constructor(
    @Inject(CONFIG) config: RuntimeConfig,
    connection: LastingConnection,
    private readonly channels: ChannelRepository,
  ) {
    const duty = servesApi(config) ? connection.duty(DUTIES.channelPins) : () => false;
    super(new Log('live'), SWEEP_MS, { firstMs: SWEEP_MS, duty });
  }

  protected round(): Promise<void> {
    return this.channels.unpinIdle(CHANNEL_PIN_MS);
  }
}

/** Must the pin be renewed for somebody who gets an address now? Not each time: many get one. */
export function isPinAging({ live, pinnedAt }: Pick<Channel, 'live' | 'pinnedAt'>): boolean {
  return !live && hasPassed(pinnedAt, CHANNEL_PIN_MS / 2);
}
