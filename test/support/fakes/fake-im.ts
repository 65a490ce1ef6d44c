import { EventEmitter, once } from 'node:events';
import type { ServerToClientEvents } from '../../../src/contracts';
import type { ChatFacade, ImFacade, RestrictionFacade } from '../../../src/im';

type SignalName = keyof ServerToClientEvents;

export interface Signal {
  /** `user:<id>` or `room:<channelId>`. */
  to: string;
  event: SignalName;
  payload: unknown;
}

type ImFacades = Pick<ImFacade, 'toUser' | 'toUserHere' | 'toRoom' | 'toAudience' | 'isOnline'> &
  Pick<ChatFacade, 'announce'> &
  Pick<RestrictionFacade, 'isBanned'>;

/** Signals, in order, and a way to wait for one. */
export class FakeIm implements ImFacades {
  readonly offline = new Set<string>();
  /** `<channelId> <userId>` */
  readonly banned = new Set<string>();
  /** `<channelId> <event> <name>` */
  private readonly announced: string[] = [];
  readonly sent: Signal[] = [];
  private readonly news = new EventEmitter();

  toUser(userId: string, event: SignalName, payload: unknown): void {
    this.take({ to: `user:${userId}`, event, payload });
  }

  toUserHere(userId: string, event: SignalName, payload: unknown): void {
    this.toUser(userId, event, payload);
  }

  toRoom(channelId: string, event: SignalName, payload: unknown): void {
    this.take({ to: `room:${channelId}`, event, payload });
  }

  toAudience(
    { channelIds, userIds }: { channelIds: readonly string[]; userIds: readonly string[] },
    event: SignalName,
    payload: unknown,
  ): void {
    for (const id of channelIds) this.toRoom(id, event, payload);
    for (const id of userIds) this.toUser(id, event, payload);
  }

  isOnline(userId: string): Promise<boolean> {
    return Promise.resolve(!this.offline.has(userId));
  }

  isBanned(channelId: string, userId: string): Promise<boolean> {
    return Promise.resolve(this.banned.has(`${channelId} ${userId}`));
  }

  announce(channelId: string, event: string, { name }: { name: string }): Promise<void> {
    this.announced.push(`${channelId} ${event} ${name}`);
    this.news.emit('announced');
    return Promise.resolve();
  }

  /** What the chat of a channel was told, as `<event> <name>`. */
  announcedIn(channelId: string): string[] {
    return this.announced
      .filter((line) => line.startsWith(channelId))
      .map((line) => line.slice(channelId.length + 1));
  }

  /** The same, once it is this long. */
  async announcements(channelId: string, count: number): Promise<string[]> {
    while (this.announcedIn(channelId).length < count) await once(this.news, 'announced');
    return this.announcedIn(channelId);
  }

  /** The first signal, sent already or to come, that fits. */
  async signal<E extends SignalName>(
    to: string,
    event: E,
    fits: (payload: Parameters<ServerToClientEvents[E]>[0]) => boolean = () => true,
  ): Promise<Parameters<ServerToClientEvents[E]>[0]> {
    type Payload = Parameters<ServerToClientEvents[E]>[0];
    for (;;) {
      const found = this.sent.find((s) => s.to === to && s.event === event && fits(s.payload as Payload));
      if (found) return found.payload as Payload;
      await once(this.news, 'signal');
    }
  }

  of(to: string, event: SignalName): unknown[] {
    return this.sent.filter((s) => s.to === to && s.event === event).map((s) => s.payload);
  }

  private take(signal: Signal): void {
    this.sent.push(signal);
    this.news.emit('signal');
  }
}
