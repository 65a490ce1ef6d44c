import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LiveModule } from '../live';
import { ChatEntry, ChatRoom } from './chat/chat.entity';
import { ChatRepository } from './chat/chat.repository';
import { ContentFilter, WordListFilter } from './chat/content-filter';
import { ImGateway } from './im.gateway';
import { ImFacade } from './im.facade';
import { ImInstance, PresentUser } from './presence/presence.entity';
import { RoomModerationController } from './moderation/moderation.controller';
import { Likes } from './likes/likes';
import { ModerationService } from './moderation/moderation.service';
import { PresenceNews } from './presence/presence-news';
import { PresenceRepository } from './presence/presence.repository';
import { Restriction } from './moderation/restriction.entity';
import { RestrictionRepository } from './moderation/restriction.repository';
import { ChatFacade } from './chat/chat.facade';
import { RoomPresence } from './presence/room-presence';
import { RestrictionFacade } from './moderation/restriction.facade';
import { RoomService } from './room.service';
import { SocketAttachment } from './sockets/socket-attachment.entity';
import { CONFIG, type RuntimeConfig } from '../platform/config';
import { SocketSession } from './sockets/socket-session';
import { SocketQuota } from './sockets/socket-quota';
import { SocketCluster } from './sockets/socket-cluster';
import { UserRateLimits } from './sockets/user-rate-limits';

@Module({
  imports: [
    TypeOrmModule.forFeature([ChatRoom, ChatEntry, Restriction, ImInstance, PresentUser, SocketAttachment]),
    LiveModule,
  ],
  controllers: [RoomModerationController],
  providers: [
    { provide: ContentFilter, useClass: WordListFilter },
    {
      provide: SocketQuota,
      inject: [CONFIG],
      useFactory: ({ limits }: RuntimeConfig) => new SocketQuota(limits),
    },
    { provide: UserRateLimits, useFactory: () => new UserRateLimits() },
    ChatRepository,
    ImGateway,
    ImFacade,
    Likes,
    ModerationService,
    PresenceNews,
    PresenceRepository,
    RestrictionRepository,
    ChatFacade,
    RoomPresence,
    RestrictionFacade,
    RoomService,
    SocketCluster,
    SocketSession,
  ],
  exports: [ImFacade, ChatFacade, RestrictionFacade],
})
export class ImModule {}
