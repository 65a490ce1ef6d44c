import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { NodesModule } from '../nodes';
import { ChannelSettingsSync } from './sync/channel-settings-sync';
import { ChannelSync } from './sync/channel-sync';
import { Channel } from './channel.entity';
import { ChannelRepository } from './channel.repository';
import { ChannelService } from './channel.service';
import { LiveController } from './live.controller';
import { LiveFacade } from './live.facade';
import { MediaAddresses } from './addresses/media-addresses';
import { RelayAddresses } from './addresses/relay-addresses';
import { RelayRenewal } from './addresses/relay-renewal';

@Module({
  imports: [TypeOrmModule.forFeature([Channel]), NodesModule],
  controllers: [LiveController],
  providers: [
    ChannelRepository,
    ChannelService,
    ChannelSettingsSync,
    ChannelSync,
    LiveFacade,
    MediaAddresses,
    RelayAddresses,
    RelayRenewal,
  ],
  exports: [LiveFacade],
})
export class LiveModule {}
