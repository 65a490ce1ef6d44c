import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { SerialQueue } from '../../platform/common';
import { ConferenceFacade } from '../../conference';
import { LiveFacade } from '../../live';
import { MixingFacade, type MixTaskRecord } from '../../mixing';
import { BypassChanges } from './bypass-changes';
import type { BypassLive } from '../bypass-live.entity';
import { BypassLiveRepository } from '../bypass-live.repository';
import { mixSeats } from './bypass-seats';

/** Rounds of `sync`; each one is needed only when a member changed during the one before. */
const MAX_ROUNDS = 5;
/** Starts that may wait; the sweep makes up for more. */
const MAX_STARTING = 1000;

/** The mix task of a bypass live. Level-triggered: whoever calls it, when and how often. */
@Injectable()
export class BypassMix {
  /**
   * A start holds the row's lock while the rooms below read on connections of their own. Many at once could take all
   * connections of the pool and wait for one more for ever.
   */
  private readonly starting = new SerialQueue(MAX_STARTING);

  constructor(
    private readonly mixing: MixingFacade,
    private readonly live: LiveFacade,
    private readonly conferences: ConferenceFacade,
    private readonly lives: BypassLiveRepository,
    private readonly changes: BypassChanges,
  ) {}

  /** The mix task of a run; started where there is none. null: the run is over. */
  async ensure(live: BypassLive): Promise<MixTaskRecord | null> {
    const task = live.mixTaskId ? await this.mixing.find(live.mixTaskId) : null;
    if (task && task.state !== 'stopped' && task.state !== 'stopping') return task;
    await this.starting.run('', () => this.start(live));
    const now = await this.lives.find(live.id);
    return now && now.state !== 'idle' && now.mixTaskId ? this.mixing.find(now.mixTaskId) : null;
  }

  /**
   * Brings who is in the conference to the mix. It compares again after each write: of two that run at the same time
   * the last writer sees what the other saw.
   */
  async sync(taskId: string, conferenceId: string): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const task = await this.mixing.find(taskId);
      if (!task || ['stopping', 'stopped', 'failed'].includes(task.state)) return;
      const seats = mixSeats(task.seats, await this.conferences.members(conferenceId));
      if (isDeepStrictEqual(task.seats, seats)) return;
      await this.mixing.update(taskId, { seats });
    }
  }

  /** The run is over, or is to make room for another. Idempotent. */
  async stop({ mixTaskId }: BypassLive): Promise<void> {
    if (mixTaskId) await this.mixing.stop(mixTaskId);
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

  /** Task row and the pointer to it are one commit, so that no task is ever nobody's. */
  private async start(before: BypassLive): Promise<void> {
    await this.changes.change(before.id, async ({ id, state, mixTaskId, channelId, conferenceId }, tx) => {
      if (mixTaskId !== before.mixTaskId || state === 'idle') return null;
      const { layout, output } = await this.live.get(channelId, 'any');
      const seats = mixSeats([], await this.conferences.members(conferenceId));
      const reason = { type: 'bypass' as const, id };
      const task = await this.mixing.start({ channelId, conferenceId, reason, layout, output, seats }, tx);
      return { mixTaskId: task.id };
    });
  }
}
