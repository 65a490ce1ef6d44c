import type { ChatMessage } from '../contracts';
import { Scope } from '../util/scope';
import { type Readable, Value } from '../util/value';
import { contiguousSeq, historyStart, mergeMessages } from './chat-log';
import type { ImConnection } from './connection';

/** What the server sends of the history at once. */
const PAGE = 200;

/** Chat of a room: history first, then live; after a reconnect or a gap only what is missing is fetched. */
export class Chat {
  /** By sequence number, each once; the newest 500. */
  readonly messages: Readable<readonly ChatMessage[]>;
  private readonly log = new Value<readonly ChatMessage[]>([]);
  private readonly scope = new Scope();
  private catchingUp = false;

  /** @param entered resolves when a joining that is under way is over: a message before it would be refused */
  constructor(
    private readonly im: ImConnection,
    private readonly channelId: string,
    private readonly entered: () => Promise<void>,
  ) {
    this.messages = this.log;
    this.scope.hold(im.on('room:message', (message) => this.told(message)));
  }

  /**
   * @throws LianmaiError muted_in_room, rate_limited, message_refused …
   */
  async send(text: string): Promise<ChatMessage> {
    await this.entered();
    const message = await this.im.ask('room:send', { channelId: this.channelId, text });
    this.merge([message]);
    return message;
  }

  /** The room's newest message has this number. */
  isAt(lastSeq: number): void {
    void this.catchUp(lastSeq);
  }

  close(): void {
    this.scope.end();
  }

  private told(message: ChatMessage): void {
    if (message.channelId !== this.channelId) return;
    this.merge([message]);
    if (contiguousSeq(this.log.value) < message.seq) void this.catchUp(message.seq);
  }

  private async catchUp(lastSeq: number): Promise<void> {
    if (this.catchingUp) return;
    this.catchingUp = true;
    try {
      let from = historyStart(this.log.value, lastSeq, PAGE);
      while (from < lastSeq && !this.scope.isOver) {
        const page = await this.im.ask('room:history', { channelId: this.channelId, afterSeq: from });
        const end = page.at(-1);
        if (!end) return;
        this.merge(page);
        from = end.seq;
      }
    } catch {
      // The next message or reconnect shows the gap again.
    } finally {
      this.catchingUp = false;
    }
  }

  private merge(messages: readonly ChatMessage[]): void {
    this.log.value = mergeMessages(this.log.value, messages);
  }
}
