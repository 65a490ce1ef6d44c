import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, Repository } from 'typeorm';
import { type HasRetention, type Retained, retained, RETENTION } from '../../platform/database';
import { ChatEntry, ChatRoom } from './chat.entity';

export type NewMessage = Omit<ChatEntry, 'seq' | 'sentAt'>;

@Injectable()
export class ChatRepository implements HasRetention {
  constructor(
    @InjectRepository(ChatRoom) private readonly rooms: Repository<ChatRoom>,
    @InjectRepository(ChatEntry) private readonly entries: Repository<ChatEntry>,
  ) {}

  [RETENTION](): Retained[] {
    return [retained(this.entries.manager.dataSource, 'chat', { table: 'chat_messages', since: 'sent_at' })];
  }

  /** Counter and message in one statement: both are stored or neither, so numbers have no gap. */
  async append(message: NewMessage): Promise<ChatEntry> {
    const { channelId, kind, event, userId, name, text } = message;
    const rows: { seq: number; sent_at: Date }[] = await this.entries.query(
      `WITH room AS (
         INSERT INTO chat_rooms AS r (channel_id, last_seq) VALUES ($1, 1)
         ON CONFLICT (channel_id) DO UPDATE SET last_seq = r.last_seq + 1
         RETURNING channel_id, last_seq
       )
       INSERT INTO chat_messages (channel_id, seq, kind, event, user_id, name, text)
       SELECT channel_id, last_seq, $2, $3, $4, $5, $6 FROM room
       RETURNING seq, sent_at`,
      [channelId, kind, event, userId, name, text],
    );
    const [row] = rows;
    if (!row) throw new Error('the message was not stored');
    return { ...message, seq: row.seq, sentAt: row.sent_at };
  }

  /** Messages with a number above `afterSeq`, oldest first. */
  after(channelId: string, afterSeq: number, limit: number): Promise<ChatEntry[]> {
    return this.entries.find({
      where: { channelId, seq: MoreThan(afterSeq) },
      order: { seq: 'ASC' },
      take: limit,
    });
  }

  /** 0 where nobody has written yet. */
  async lastSeq(channelId: string): Promise<number> {
    return (await this.rooms.findOneBy({ channelId }))?.lastSeq ?? 0;
  }

  async delete(channelId: string): Promise<void> {
    await this.entries.manager.dataSource.transaction(async (tx) => {
      await tx.delete(ChatRoom, { channelId });
      await tx.delete(ChatEntry, { channelId });
    });
  }
}
