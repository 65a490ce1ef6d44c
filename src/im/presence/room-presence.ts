import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import {
  EventBus,
  METRICS,
  type Metric,
  gauge,
  type HasMetrics,
  Log,
  SerialQueue,
  Sweeper,
} from '../../platform/common';
import { RoomLeft } from '../im.events';
import { type OnlineUser, LocalPresence } from './local-presence';
import { PresenceNews } from './presence-news';
import { PresenceRepository } from './presence.repository';

const SWEEP_MS = 500;
const HEARTBEAT_MS = 2_000;
/** Changes of one user in one room that may wait for the database. */
const MAX_WAITING = 50;

/**
 * Who is in the rooms, over all API processes. A user who has lost all connections stays for PRESENCE_GRACE_MS, so
 * that a page that reconnects is never seen to leave; a user who leaves is gone at once. The process that notices tells
 * the room (PresenceNews).
 */
@Injectable()
export class RoomPresence extends Sweeper implements BeforeApplicationShutdown, HasMetrics {
  private readonly here = new LocalPresence();
  private readonly writing = new SerialQueue(MAX_WAITING);
  private heartbeatAt = -Infinity;
  /** Lost users who could not be written down yet. */
  private unwritten: { channelId: string; user: OnlineUser }[] = [];

  constructor(
    private readonly rows: PresenceRepository,
    private readonly news: PresenceNews,
    private readonly bus: EventBus,
  ) {
    super(new Log('im'), SWEEP_MS, { firstMs: SWEEP_MS });
  }

  override async onApplicationBootstrap(): Promise<void> {
    await this.sweep();
    await this.rows.removeGoneInstances();
    await super.onApplicationBootstrap();
  }

  /** Clients that reconnect to another process within their grace are never seen to leave. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.rows.quit();
  }

  /** Idempotent. @returns once all processes know */
  async join(channelId: string, user: OnlineUser, socketId: string): Promise<void> {
    this.here.join(channelId, user, socketId);
    await this.reconcile(channelId, user, false);
  }

  /** Idempotent. */
  async leave(channelId: string, user: OnlineUser, socketId: string): Promise<void> {
    if (this.here.leave(channelId, user.userId, socketId)) await this.reconcile(channelId, user, true);
  }

  /** The connection is lost; it may come back. */
  async lost(user: OnlineUser, socketId: string): Promise<void> {
    for (const channelId of this.here.roomsOf(socketId)) {
      if (this.here.leave(channelId, user.userId, socketId)) await this.writeLost(channelId, user);
    }
  }

  /**
   * Takes the user out of the room. (Another process with a connection of theirs is not told: what it writes later is
   * not there any more.)
   */
  async expel(channelId: string, user: OnlineUser): Promise<void> {
    this.here.expel(channelId, user.userId);
    await this.writing.run(`${channelId} ${user.userId}`, async () => {
      if (await this.rows.expel(channelId, user.userId)) this.tellLeft(channelId, user);
    });
  }

  count(channelId: string): Promise<number> {
    return this.rows.count(channelId);
  }

  list(channelId: string, firstId: string, limit: number): Promise<OnlineUser[]> {
    return this.rows.list(channelId, firstId, limit);
  }

  clear(channelId: string): Promise<void> {
    return this.rows.clear(channelId);
  }

  [METRICS](): Metric[] {
    const name = 'lianmai_room_members';
    return [gauge(name, 'Users in rooms with a connection to this process.', this.here.all().length)];
  }

  private async writeLost(channelId: string, user: OnlineUser): Promise<void> {
    try {
      await this.reconcile(channelId, user, false);
    } catch (error) {
      this.unwritten.push({ channelId, user });
      this.log.warn(
        { err: error, channelId, userId: user.userId },
        'a lost connection is written down later',
      );
    }
  }

  /**
   * Reconciles the row with what this process sees when its turn comes.
   * @param leaving gone at once, where no other process has a connection of theirs
   */
  private async reconcile(channelId: string, user: OnlineUser, leaving: boolean): Promise<void> {
    if (this.closed) return;
    await this.writing.run(`${channelId} ${user.userId}`, async () => {
      const present = this.here.find(channelId, user.userId);
      const { userId, name } = user;
      if (present) {
        if (await this.rows.addInstance(channelId, present)) {
          this.news.changed(channelId, { userId, name });
        }
      } else if (!leaving) await this.rows.removeInstance(channelId, userId);
      else if (await this.rows.leave(channelId, userId)) this.tellLeft(channelId, user);
    });
  }

  private tellLeft(channelId: string, user: OnlineUser): void {
    this.news.changed(channelId, user);
    this.bus.publish(new RoomLeft(channelId, user.userId));
  }

  protected async round(): Promise<void> {
    if (performance.now() - this.heartbeatAt >= HEARTBEAT_MS) await this.heartbeat();
    for (const { channelId, user } of this.unwritten.splice(0)) await this.writeLost(channelId, user);
    for (const { channelId, userId, name } of await this.rows.takeGone()) {
      this.tellLeft(channelId, { userId, name });
    }
  }

  private async heartbeat(): Promise<void> {
    const known = await this.rows.heartbeat();
    const first = this.heartbeatAt === -Infinity;
    this.heartbeatAt = performance.now();
    await this.rows.removeDead();
    if (known || first) return;
    this.log.warn({}, 'this process was taken for dead; telling who is here');
    for (const { channelId, userId } of this.here.all()) {
      const user = this.here.find(channelId, userId);
      if (user) await this.reconcile(channelId, user, false);
    }
  }
}
