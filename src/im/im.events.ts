import { DomainEvent } from '../platform/common';
import type { ChatMessage } from '../contracts';

/** A user's last device left the room of a channel, or lost its connection. */
export class RoomLeft extends DomainEvent {
  constructor(
    readonly channelId: string,
    readonly userId: string,
  ) {
    super();
  }
}

/** A chat message was stored and sent to its room. */
export class MessageSent extends DomainEvent {
  constructor(readonly message: ChatMessage) {
    super();
  }
}
