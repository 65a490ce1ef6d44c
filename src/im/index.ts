export { ChatEntry, ChatRoom } from './chat/chat.entity';
export { MessageSent, RoomLeft } from './im.events';
export { ImModule } from './im.module';
export { ImFacade } from './im.facade';
export { RoomRestrictionRow } from './moderation/restriction.entity';
export { ChatFacade } from './chat/chat.facade';
export { RestrictionFacade } from './moderation/restriction.facade';
