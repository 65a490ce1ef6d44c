import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { NodesModule } from '../nodes';
import { ChannelSettingsKeeper } from './channel-settings';
import { ChannelSync } from './channel-sync';
import { Channel } from './channel.entity';
import { ChannelRepository } from './channel.repository';
import { ChannelService } from './channel.service';
import { LiveController } from './live.controller';
import { LiveService } from './live.service';
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
    LiveService,
    MediaAddresses,
    RelayAddresses,
  ],
  exports: [LiveService],
})
export class LiveModule {}
