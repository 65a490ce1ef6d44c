import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { ConferenceFacade, type ConferenceMemberRecord } from '../../conference';
import { type ChannelRecord, LiveFacade } from '../../live';
import { MixBinding, type MixContent, MixingFacade, type MixTaskRecord } from '../../mixing';
import type { BypassLive } from '../bypass-live.entity';
import { BypassLiveRepository } from '../bypass-live.repository';
import { isIdle } from '../bypass-live.state';
import { BypassChanges } from './bypass-changes';
import { mixSeats } from './bypass-seats';

/** The mix of a run: connected members, in the channel's layout and output. */
@Injectable()
export class BypassMix extends MixBinding<BypassLive> {
  constructor(
    mixing: MixingFacade,
    private readonly live: LiveFacade,
    private readonly conferences: ConferenceFacade,
    private readonly lives: BypassLiveRepository,
    changes: BypassChanges,
  ) {
    super('bypass', mixing, lives, changes);
  }

  /**
   * After a run: its mix is stopped, and once it has stopped pushing, the viewers are ended. A newer run's mix is left
   * alone: it has a higher epoch.
   */
  async cleanUp(live: BypassLive): Promise<void> {
    const { id, channelId, mixTaskId } = live;
    if (!mixTaskId) return;
    await this.stop(live);
    const task = await this.mixing.find(mixTaskId);
    // A mixer that still runs would push again; its end is told by an event, and looked for by the sweep.
    if (task?.state === 'stopping') return;
    if (task && task.epoch !== null) await this.live.endLive(channelId, task.epoch);
    await this.lives.forgetMix(id, mixTaskId);
  }

  /** Whether the mix shows those whom it should. */
  isCurrent({ seats }: MixTaskRecord, members: readonly ConferenceMemberRecord[]): boolean {
    return isDeepStrictEqual(seats, mixSeats(seats, members));
  }

  protected wantsMix(live: BypassLive): boolean {
    return !isIdle(live);
  }

  protected modeOf(): undefined {
    return undefined;
  }

  protected async firstContent(
    { conferenceId }: BypassLive,
    { layout, output }: ChannelRecord,
  ): Promise<MixContent> {
    const seats = mixSeats([], await this.conferences.members(conferenceId));
    return { conferenceId, layout, output, seats };
  }

  /** Layout and output are changed in the mix itself (BypassLiveService). */
  protected async content({ conferenceId }: BypassLive, { seats }: MixTaskRecord) {
    return { seats: mixSeats(seats, await this.conferences.members(conferenceId)) };
  }
}
