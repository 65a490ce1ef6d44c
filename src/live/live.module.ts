import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { join } from 'node:path';
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
import { Avatar } from './images/avatar.entity';
import { AvatarController } from './images/avatar.controller';
import { AvatarRepository } from './images/avatar.repository';
import { AvatarService } from './images/avatar.service';
import { ChannelImage } from './images/channel-image.entity';
import { ChannelImageRepository } from './images/channel-image.repository';
import { ChannelImagesController } from './images/channel-images.controller';
import { ChannelImagesService } from './images/channel-images.service';
import { ImageChecks } from './images/image-checks';
import { ImagesFacade } from './images/images.facade';
import { LiveController } from './live.controller';
import { LiveFacade } from './live.facade';
import { MediaAddresses } from './addresses/media-addresses';
import { OwnIngests } from './addresses/own-ingests';
import { RelayAddresses } from './addresses/relay-addresses';
import { RelayRenewal } from './addresses/relay-renewal';
import { ShareLinkService } from './sharing/share-link.service';
import { SharingController } from './sharing/sharing.controller';
import { VisitService } from './sharing/visit.service';
import { Visits } from './sharing/visits';
import { ChannelOverviewRepository } from './channel-overview.repository';
import { PictureMaker, SNAPSHOT_PATH } from './snapshots/picture-maker';
import { SnapshotController } from './snapshots/snapshot.controller';
import { SnapshotService } from './snapshots/snapshot.service';
import { Snapshots } from './snapshots/snapshots';

@Module({
  imports: [TypeOrmModule.forFeature([Avatar, Channel, ChannelImage, ViewerBan]), NodesModule],
  controllers: [
    AvatarController,
    ChannelImagesController,
    DoorsController,
    LiveController,
    SharingController,
    SnapshotController,
  ],
  providers: [
    AvatarRepository,
    AvatarService,
    ChannelImageRepository,
    ChannelImagesService,
    ChannelPins,
    ChannelRepository,
    ChannelService,
    ChannelSettingsSync,
    ChannelSync,
    DoorsFacade,
    DoorsService,
    ImageChecks,
    ImagesFacade,
    LiveFacade,
    MediaAddresses,
    OwnIngests,
    RelayAddresses,
    ViewerBanRepository,
    RelayRenewal,
    ShareLinkService,
    VisitService,
    Visits,
    ChannelOverviewRepository,
    PictureMaker,
    SnapshotService,
    Snapshots,
    { provide: SNAPSHOT_PATH, useValue: join(__dirname, '../roles/snapshot-process.js') },
  ],
  exports: [DoorsFacade, ImagesFacade, LiveFacade],
})
export class LiveModule {}
