import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ChatMessage } from '../../contracts';

/** Counter of one channel's room. */
@Entity('chat_rooms')
export class ChatRoom {
  @PrimaryColumn({ name: 'channel_id', type: 'uuid' })
  channelId: string;

  @Column({ name: 'last_seq', type: 'integer' })
  lastSeq: number;
}

@Entity('chat_messages')
@Index('chat_messages_sent', ['sentAt'])
@Check('chat_messages_seq', `seq >= 1`)
@Check('chat_messages_kind', `(kind = 'user' AND event IS NULL) OR (kind = 'system' AND event IS NOT NULL)`)
export class ChatEntry {
  @PrimaryColumn({ name: 'channel_id', type: 'uuid' })
  channelId: string;

  @PrimaryColumn({ name: 'seq', type: 'integer' })
  seq: number;

  @Column({ name: 'kind', type: 'text', default: 'user' })
  kind: ChatMessage['kind'];

  @Column({ name: 'event', type: 'text', nullable: true })
  event: ChatMessage['event'];

  @Column({ name: 'user_id', type: 'text' })
  userId: string;

  @Column({ name: 'name', type: 'text' })
  name: string;

  @Column({ name: 'text', type: 'text' })
  text: string;

  @Column({ name: 'sent_at', type: 'timestamptz', default: () => 'now()' })
  sentAt: Date;
}
