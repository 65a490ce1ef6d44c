import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Digest, Log } from '../../platform/common';
import { LiveFacade } from '../../live';
import { ImFacade } from '../im.facade';

/** How often a room is told at most, ms, over all API processes. */
const TELL_MS = 1_000;
/** How often this process writes a channel's likes down, ms. What it holds is lost with it. */
const WRITE_MS = 500;
/** That may wait for the database, of one channel; more are dropped. */
const MAX_WAITING = 1_000_000;

/** Likes of channels: counted here, added to the channel's row in batches, and told to its room. */
@Injectable()
export class Likes implements OnModuleDestroy {
  private readonly log = new Log('im');
  /** By channel. 0: nothing to write, and the room is to be told of what was written. */
  private readonly waiting = new Digest<number>(WRITE_MS, (channelId, count) => this.write(channelId, count));

  private closed = false;

  constructor(
    private readonly live: LiveFacade,
    private readonly im: ImFacade,
  ) {}

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    await this.waiting.close();
  }

  add(channelId: string, count: number): void {
    if (this.closed) return;
    this.waiting.add(channelId, (before = 0) => Math.min(before + count, MAX_WAITING));
  }

  private async write(channelId: string, count: number): Promise<void> {
    try {
      const written = await this.live.addLikes(channelId, count, TELL_MS);
      if (!written) return;
      const { likes, tells } = written;
      if (tells) this.im.toRoom(channelId, 'live:likes', { channelId, likes });
      // Another process has told the room a moment ago, of fewer.
      else this.add(channelId, 0);
    } catch (error) {
      this.log.warn({ err: error, channelId }, 'likes are written down later');
      this.add(channelId, count);
    }
  }
}
