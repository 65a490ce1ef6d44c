import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LiveModule } from '../live';
import { ChatEntry, ChatRoom } from './chat.entity';
import { ChatRepository } from './chat.repository';
import { ContentFilter, WordListFilter } from './content-filter';
import { ImGateway } from './im.gateway';
import { ImService } from './im.service';
import { ImInstance, PresentUser, SocketAttachment } from './presence.entity';
import { RoomModerationController } from './moderation.controller';
import { ModerationService } from './moderation.service';
import { PresenceRepository } from './presence.repository';
import { RoomRestrictionRow } from './restriction.entity';
import { RestrictionRepository } from './restriction.repository';
import { RoomChat } from './room-chat';
import { RoomPresence } from './room-presence';
import { RoomRestrictions } from './room-restrictions';
import { RoomService } from './room.service';
import { SocketCluster } from './socket-cluster';
import { UserLimitBook } from './user-limits';

@Module({
  imports: [
    TypeOrmModule.forFeature([
      ChatRoom,
      ChatEntry,
      RoomRestrictionRow,
      ImInstance,
      PresentUser,
      SocketAttachment,
    ]),
    LiveModule,
  ],
  controllers: [RoomModerationController],
  providers: [
    { provide: ContentFilter, useClass: WordListFilter },
    { provide: UserLimitBook, useFactory: () => new UserLimitBook() },
    ChatRepository,
    ImGateway,
    ImService,
    ModerationService,
    PresenceRepository,
    RestrictionRepository,
    RoomChat,
    RoomPresence,
    RoomRestrictions,
    RoomService,
    SocketCluster,
  ],
  exports: [ImService, RoomChat, RoomRestrictions],
})
export class ImModule {}
