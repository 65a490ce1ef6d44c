import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { NodesModule } from '../nodes';
import { ChannelPins } from './sync/channel-pins';
import { ChannelSettingsSync } from './sync/channel-settings-sync';
import { ChannelSync } from './sync/channel-sync';
import { Channel } from './channel.entity';
import { ChannelRepository } from './channel.repository';
import { ChannelService } from './channel.service';
import { DoorsController } from './doors/doors.controller';
import { DoorsFacade } from './doors/doors.facade';
import { DoorsService } from './doors/doors.service';
import { ViewerBan } from './doors/viewer-ban.entity';
import { ViewerBanRepository } from './doors/viewer-ban.repository';
import { LiveController } from './live.controller';
import { LiveFacade } from './live.facade';
import { MediaAddresses } from './addresses/media-addresses';
import { OwnIngests } from './addresses/own-ingests';
import { RelayAddresses } from './addresses/relay-addresses';
import { RelayRenewal } from './addresses/relay-renewal';

@Module({
  imports: [TypeOrmModule.forFeature([Channel, ViewerBan]), NodesModule],
  controllers: [DoorsController, LiveController],
  providers: [
    ChannelPins,
    ChannelRepository,
    ChannelService,
    ChannelSettingsSync,
    ChannelSync,
    DoorsFacade,
    DoorsService,
    LiveFacade,
    MediaAddresses,
    OwnIngests,
    RelayAddresses,
    ViewerBanRepository,
    RelayRenewal,
  ],
  exports: [DoorsFacade, LiveFacade],
})
export class LiveModule {}
