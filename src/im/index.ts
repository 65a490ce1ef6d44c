export { MessageSent, RoomLeft } from './im.events';
export { ImModule } from './im.module';
export { ImFacade } from './im.facade';
export { ChatFacade } from './chat/chat.facade';
export { RestrictionFacade } from './moderation/restriction.facade';
