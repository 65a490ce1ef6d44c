import { Inject, Injectable } from '@nestjs/common';
import { Flow, Log } from '../../platform/common';
import { ConferenceFacade } from '../../conference';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { type ChannelRecord, LiveFacade } from '../../live';
import type { MixTaskRecord } from '../../mixing';
import { BypassChanges } from './bypass-changes';
import type { BypassLive } from '../bypass-live.entity';
import { BypassLiveRepository } from '../bypass-live.repository';
import { BypassMix } from './bypass-mix';

/** How long one who has just got the addresses counts as a viewer, ms. Nodes report viewers every 2 s. */
const LEASE_MS = 6000;

/** Moves bypass lives through their states. */
@Injectable()
export class BypassFlow extends Flow {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly lives: BypassLiveRepository,
    private readonly changes: BypassChanges,
    private readonly mix: BypassMix,
    private readonly live: LiveFacade,
    private readonly conferences: ConferenceFacade,
  ) {
    super(new Log('bypass-live'), 'bypassLiveId');
  }

  /** Of any number of calls at the same time one begins a run. @returns whether this one did */
  async begin(before: BypassLive): Promise<boolean> {
    // What is left of the last run makes room; this one's mix takes over from it.
    await this.mix.stop(before);
    const began = await this.changes.change(before.id, (live) => {
      if (live.state !== 'idle' || live.mixTaskId !== before.mixTaskId) return Promise.resolve(null);
      const nothing = { mixTaskId: null, liveAt: null, leaseUntil: null, endedAt: null, reason: null };
      return Promise.resolve({ ...nothing, state: 'starting', startedAt: new Date() });
    });
    return began !== null;
  }

  /** Until when a viewer who gets the addresses now counts as one. */
  lease(): Date {
    return new Date(Date.now() + LEASE_MS);
  }

  protected async step(id: string): Promise<void> {
    const live = await this.lives.find(id);
    if (!live) return;
    if (live.state === 'idle') return this.mix.cleanUp(live);
    const why = await this.whyOver(live);
    if (why) return this.stop(live, why);
    const task = await this.mix.ensure(live);
    if (!task) return;
    if (task.state === 'failed') return this.stop(live, task.error ?? 'mix_failed');
    await this.mix.sync(task.id, live.conferenceId);
    const channel = await this.live.get(live.channelId, 'any');
    if (live.state !== 'starting') return this.watchViewers(live, channel);
    if (isOnAir(task, channel)) await this.goLive(live);
  }

  private async whyOver(live: BypassLive): Promise<string | null> {
    const conference = await this.conferences.find(live.conferenceId);
    if (conference?.state !== 'open') return 'conference_ended';
    if (!live.enabled) return 'bypass_disabled';
    if (live.state !== 'starting') return null;
    if (!(await this.isInhabited(live))) return 'everyone_left';
    return isOver(live.startedAt, this.config.CONNECTING_TIMEOUT_MS) ? 'start_timeout' : null;
  }

  private async isInhabited({ conferenceId }: BypassLive): Promise<boolean> {
    return (await this.conferences.members(conferenceId)).some(({ state }) => state === 'connected');
  }

  private async goLive({ id, conferenceId, channelId, startedAt }: BypassLive): Promise<void> {
    const went = await this.changes.change(id, ({ state }) =>
      // Those who waited for it have yet to open the addresses.
      Promise.resolve(
        state === 'starting' ? { state: 'live', liveAt: new Date(), leaseUntil: this.lease() } : null,
      ),
    );
    if (!went) return;
    const startMs = Date.now() - (startedAt?.getTime() ?? 0);
    this.log.info({ conferenceId, channelId, startMs }, 'conference is on the air');
  }

  /** On the air as long as somebody watches and somebody is there to be watched, and BYPASS_IDLE_MS longer. */
  private async watchViewers(live: BypassLive, { viewers }: ChannelRecord): Promise<void> {
    const isInhabited = await this.isInhabited(live);
    const isWanted = (now: BypassLive) => isInhabited && (viewers > 0 || !isOver(now.leaseUntil, 0));
    const isDraining = live.state === 'draining';
    if (isWanted(live) === isDraining) {
      await this.changes.change(live.id, (now) => {
        if (now.state !== live.state || isWanted(now) !== isDraining) return Promise.resolve(null);
        return Promise.resolve(
          isDraining ? { state: 'live', drainingAt: null } : { state: 'draining', drainingAt: new Date() },
        );
      });
    } else if (isDraining && isOver(live.drainingAt, this.config.BYPASS_IDLE_MS)) {
      await this.stop(live, isInhabited ? 'no_viewers' : 'everyone_left', (now) => !isWanted(now));
    }
  }

  /** @param still asked again under the lock */
  private async stop(
    { id, conferenceId, channelId, startedAt }: BypassLive,
    reason: string,
    still: (live: BypassLive) => boolean = () => true,
  ): Promise<void> {
    const stopped = await this.changes.change(id, (live) => {
      const isSameRun = live.state !== 'idle' && live.startedAt?.getTime() === startedAt?.getTime();
      if (!isSameRun || !still(live)) return Promise.resolve(null);
      return Promise.resolve({ state: 'idle', reason, drainingAt: null, endedAt: new Date() });
    });
    if (!stopped) return;
    this.log.info({ conferenceId, channelId, reason }, 'conference is off the air');
    await this.mix.cleanUp(stopped);
  }
}

/** Do viewers see the mix of this task, not one that an earlier run has left behind? */
function isOnAir(task: MixTaskRecord, { source, sourceEpoch }: ChannelRecord): boolean {
  return source === 'mix' && task.epoch !== null && sourceEpoch >= task.epoch;
}

/** @param period ms */
function isOver(since: Date | null, period: number): boolean {
  return since === null || Date.now() >= since.getTime() + period;
}
