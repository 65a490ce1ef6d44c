import { Inject, Injectable } from '@nestjs/common';
import { EventBus, limitReached, SerialQueue } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import type { ChatMessage, SystemMessageEvent } from '../../contracts';
import type { ChatEntry } from './chat.entity';
import { ChatRepository, type NewMessage } from './chat.repository';
import { MessageSent } from '../im.events';
import { ImFacade } from '../im.facade';

const SENTENCES: Record<SystemMessageEvent, (name: string) => string> = {
  'on-air': (name) => `${name} is on the air`,
  'off-air': (name) => `${name} is no longer on the air`,
  muted: (name) => `${name} was muted`,
  banned: (name) => `${name} was banned from the room`,
};

/** Messages of the rooms, by users and by the system, under one sequence of numbers per room. */
@Injectable()
export class ChatFacade {
  /** So that the messages of a room go out in the order of their numbers. */
  private readonly sending: SerialQueue;
  private waiting = 0;

  constructor(
    @Inject(CONFIG) private readonly config: Pick<RuntimeConfig, 'limits'>,
    private readonly chat: ChatRepository,
    private readonly im: ImFacade,
    private readonly bus: EventBus,
  ) {
    const { chatWaitingPerRoom: most } = config.limits;
    this.sending = new SerialQueue(most, () => limitReached('chatWaitingPerRoom', most, 1));
  }

  /**
   * Stores a message and sends it to everybody in the room on all their devices, the sender's too.
   * @throws DomainError limit_reached: too many wait for the database
   */
  async post(message: NewMessage): Promise<ChatMessage> {
    const { chatWaiting } = this.config.limits;
    if (this.waiting >= chatWaiting) throw limitReached('chatWaiting', chatWaiting, 1);
    this.waiting++;
    try {
      return await this.sending.run(message.channelId, () => this.send(message));
    } finally {
      this.waiting--;
    }
  }

  /** Tells the room something about a user, as a message that stays in its history. */
  async announce(
    channelId: string,
    event: SystemMessageEvent,
    { userId, name }: { userId: string; name: string },
  ): Promise<void> {
    await this.post({ channelId, kind: 'system', event, userId, name, text: SENTENCES[event](name) });
  }

  /** Messages with a number above `afterSeq`, oldest first. */
  async after(channelId: string, afterSeq: number, limit: number): Promise<ChatMessage[]> {
    return (await this.chat.after(channelId, afterSeq, limit)).map(chatView);
  }

  /** 0 where nobody has written yet. */
  lastSeq(channelId: string): Promise<number> {
    return this.chat.lastSeq(channelId);
  }

  private async send(message: NewMessage): Promise<ChatMessage> {
    const view = chatView(await this.chat.append(message));
    this.im.toRoom(message.channelId, 'room:message', view);
    this.bus.publish(new MessageSent(view));
    return view;
  }

  delete(channelId: string): Promise<void> {
    return this.chat.delete(channelId);
  }
}

function chatView({ channelId, seq, kind, event, userId, name, text, sentAt }: ChatEntry): ChatMessage {
  return { channelId, seq, kind, event, userId, name, text, sentAt: sentAt.toISOString() };
}
