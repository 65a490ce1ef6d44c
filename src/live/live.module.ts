import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { NodesModule } from '../nodes';
import { ChannelPins } from './sync/channel-pins';
import { ChannelSettingsSync } from './sync/channel-settings-sync';
import { ChannelSync } from './sync/channel-sync';
import { Channel } from './channel.entity';
import { ChannelRepository } from './channel.repository';
import { ChannelService } from './channel.service';
import { LiveController } from './live.controller';
import { LiveFacade } from './live.facade';
import { MediaAddresses } from './addresses/media-addresses';
import { RelayAddresses } from './addresses/relay-addresses';

@Module({
  imports: [TypeOrmModule.forFeature([Channel]), NodesModule],
  controllers: [LiveController],
  providers: [
    ChannelPins,
    ChannelRepository,
    ChannelService,
    ChannelSettingsSync,
    ChannelSync,
    LiveFacade,
    MediaAddresses,
    RelayAddresses,
  ],
  exports: [LiveFacade],
})
export class LiveModule {}
