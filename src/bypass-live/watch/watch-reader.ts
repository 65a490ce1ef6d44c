import { Injectable } from '@nestjs/common';
import type { WatchView } from '../../contracts';
import { LiveFacade } from '../../live';
import { BypassLiveRepository } from '../bypass-live.repository';
import { isIdle } from '../bypass-live.state';

/** How a bypass live is for a viewer. It checks no permission: WatchService does that, for REST. */
@Injectable()
export class WatchReader {
  constructor(
    private readonly lives: BypassLiveRepository,
    private readonly live: LiveFacade,
  ) {}

  async read(id: string): Promise<WatchView> {
    const live = await this.lives.find(id);
    if (!live) throw new Error(`bypass live ${id} is gone`);
    const { conferenceId, channelId, state, reason } = live;
    if (isIdle(live)) return { conferenceId, status: 'idle', playback: null, reason };
    // If a mix is being replaced for long, the hub drops its viewers and the addresses don't play.
    const plays = state !== 'starting' && (await this.live.get(channelId, 'any')).source === 'mix';
    if (!plays) return { conferenceId, status: 'starting', playback: null, reason: null };
    return { conferenceId, status: 'live', playback: await this.live.playback(channelId), reason: null };
  }
}
