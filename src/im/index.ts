export { ChatEntry, ChatRoom } from './chat.entity';
export { MessageSent, RoomLeft } from './im.events';
export { ImModule } from './im.module';
export { ImService } from './im.service';
export { RoomRestrictionRow } from './restriction.entity';
export { RoomChat } from './room-chat';
export { RoomRestrictions } from './room-restrictions';
