import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { ChannelRepository } from '../channel.repository';
import { RelayAddresses } from './relay-addresses';

/** While AUTH_SECRET changes: at the start, relay addresses are sealed under the new one. */
@Injectable()
export class RelayRenewal implements OnApplicationBootstrap {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly channels: ChannelRepository,
    private readonly relays: RelayAddresses,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.AUTH_SECRET_PREVIOUS === undefined) return;
    await this.channels.sealRelaysAnew((sealed) => this.relays.sealAnew(sealed));
  }
}
