import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { NodesModule } from '../nodes';
import { ChannelSettingsKeeper } from './channel-settings';
import { ChannelSync } from './channel-sync';
import { Channel } from './channel.entity';
import { ChannelRepository } from './channel.repository';
import { ChannelService } from './channel.service';
import { LiveController } from './live.controller';
import { LiveFacade } from './live.facade';
import { MediaAddresses } from './media-addresses';
import { RelayAddresses } from './relay-addresses';

@Module({
  imports: [TypeOrmModule.forFeature([Channel]), NodesModule],
  controllers: [LiveController],
  providers: [
    ChannelRepository,
    ChannelService,
    ChannelSettingsKeeper,
    ChannelSync,
    LiveFacade,
    MediaAddresses,
    RelayAddresses,
  ],
  exports: [LiveFacade],
})
export class LiveModule {}
