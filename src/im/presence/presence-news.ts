import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Digest, Log } from '../../platform/common';
import { ImFacade } from '../im.facade';
import type { OnlineUser } from './local-presence';
import { PresenceRepository } from './presence.repository';

/** How often a room is told who came and went, ms. In a room of n, n times as many messages go out. */
const PERIOD_MS = 1_000;
/** Users named in one message. */
const MAX_NAMED = 50;

/** Tells rooms who came and went: by how many are there, and by some of their names. */
@Injectable()
export class PresenceNews implements OnModuleDestroy {
  private readonly log = new Log('im');
  /** Of each room some users who came or went, by id. */
  private readonly digest = new Digest<Map<string, OnlineUser>>(PERIOD_MS, (channelId, users) =>
    this.tell(channelId, [...users.values()]),
  );

  constructor(
    private readonly rows: PresenceRepository,
    private readonly im: ImFacade,
  ) {}

  async onModuleDestroy(): Promise<void> {
    await this.digest.close();
  }

  /** The user came into the room, or is gone from it. */
  changed(channelId: string, user: OnlineUser): void {
    this.digest.add(channelId, (waiting = new Map<string, OnlineUser>()) =>
      waiting.size < MAX_NAMED ? waiting.set(user.userId, user) : waiting,
    );
  }

  /** By what is in the database now: another process may have told something newer meanwhile. */
  private async tell(channelId: string, users: OnlineUser[]): Promise<void> {
    try {
      const ids = users.map(({ userId }) => userId);
      const [onlineCount, present] = await Promise.all([
        this.rows.count(channelId),
        this.rows.presentOf(channelId, ids),
      ]);
      const named = users.flatMap(({ userId, name }) => (name === '' ? [] : [{ userId, name }]));
      const joined = named.filter(({ userId }) => present.has(userId));
      const left = named.filter(({ userId }) => !present.has(userId));
      this.im.toRoom(channelId, 'room:presence', { channelId, onlineCount, joined, left });
    } catch (error) {
      this.log.warn(
        { err: error, channelId },
        'a room could not be told who is there; it is with the next change',
      );
    }
  }
}
