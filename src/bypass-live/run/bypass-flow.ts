import type { BypassReason } from '../../contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DomainError, Flow, hasPassed, Log } from '../../platform/common';
import { ConferenceFacade } from '../../conference';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { requireWithin } from '../../platform/database';
import { type ChannelRecord, LiveFacade } from '../../live';
import { isOnAir, isWaiting, type MixTaskRecord } from '../../mixing';
import { BypassChanges } from './bypass-changes';
import type { BypassLive } from '../bypass-live.entity';
import { BypassLiveRepository } from '../bypass-live.repository';
import { bypassStates, isIdle } from '../bypass-live.state';
import { BypassMix } from './bypass-mix';

/** How long somebody who has just got the addresses counts as a viewer, ms. Nodes report viewers every 2 s. */
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

  /**
   * Of any number of calls at the same time one begins a run.
   * @returns whether this one did
   * @throws DomainError limit_reached
   */
  async begin(before: BypassLive): Promise<boolean> {
    // What is left of the last run makes room; this one's mix takes over from it.
    await this.mix.stop(before);
    return this.changes.change(before.id, async ({ id, state, mixTaskId, ownerId }, tx) => {
      if (!bypassStates.can(state, 'starting') || mixTaskId !== before.mixTaskId) return false;
      const quota = { limits: this.config.limits, limit: 'bypassMixesPerUser', of: ownerId } as const;
      await requireWithin(tx, quota, () => this.lives.countUp(ownerId, tx));
      const nothing = { mixTaskId: null, liveAt: null, leaseUntil: null, endedAt: null, reason: null };
      await this.lives.update(id, { ...nothing, state: 'starting', startedAt: new Date() }, tx);
      return true;
    });
  }

  /** Until when a viewer who gets the addresses now counts as one. */
  lease(): Date {
    return new Date(Date.now() + LEASE_MS);
  }

  protected async step(id: string): Promise<void> {
    const live = await this.lives.find(id);
    if (!live) return;
    if (isIdle(live)) return this.mix.cleanUp(live);
    const why = await this.whyOver(live);
    if (why) return this.stop(live, why);
    const channel = await this.live.get(live.channelId, 'any');
    const task = await this.ensureMix(live, channel);
    if (!task) return;
    if (task.state === 'failed') return this.stop(live, task.error ?? 'mix_failed');
    await this.mix.sync(id);
    if (live.state !== 'starting') return this.watchViewers(live, channel);
    if (isOnAir(task, channel)) await this.goLive(live);
  }

  /** null: it has none, and what is to be done about that is done. */
  private async ensureMix(live: BypassLive, channel: ChannelRecord): Promise<MixTaskRecord | null> {
    try {
      return await this.mix.ensure(live, channel);
    } catch (error) {
      const code = error instanceof DomainError ? error.code : null;
      if (code !== 'mixers_busy' && code !== 'limit_reached') throw error;
      await this.stop(live, code);
      return null;
    }
  }

  private async whyOver(live: BypassLive): Promise<BypassReason | null> {
    const conference = await this.conferences.find(live.conferenceId);
    if (conference?.state !== 'open') return 'conference_ended';
    if (!live.enabled) return 'bypass_disabled';
    if (live.state !== 'starting') return null;
    if (!(await this.hasConnectedMembers(live))) return 'everyone_left';
    if (!hasPassed(live.startedAt, this.config.CONNECTING_TIMEOUT_MS)) return null;
    const task = await this.mix.taskOf(live);
    return task && isWaiting(task) ? 'mixers_busy' : 'start_timeout';
  }

  private async hasConnectedMembers({ conferenceId }: BypassLive): Promise<boolean> {
    return (await this.conferences.members(conferenceId)).some(({ state }) => state === 'connected');
  }

  private async goLive({ id, conferenceId, channelId, startedAt }: BypassLive): Promise<void> {
    const went = await this.changes.change(id, async ({ state }, tx) => {
      if (state !== 'starting') return false;
      // Those who waited for it have yet to open the addresses.
      await this.lives.update(id, { state: 'live', liveAt: new Date(), leaseUntil: this.lease() }, tx);
      return true;
    });
    if (!went) return;
    const startMs = Date.now() - (startedAt?.getTime() ?? 0);
    this.log.info({ conferenceId, channelId, startMs }, 'conference is on the air');
  }

  /** Stays live while there are viewers and connected members, and BYPASS_IDLE_MS longer. */
  private async watchViewers(live: BypassLive, { viewers }: ChannelRecord): Promise<void> {
    const hasMembers = await this.hasConnectedMembers(live);
    const isWanted = (now: BypassLive) => hasMembers && (viewers > 0 || !hasPassed(now.leaseUntil));
    const isDraining = live.state === 'draining';
    if (isWanted(live) === isDraining) {
      await this.changes.change(live.id, async (now, tx) => {
        if (now.state !== live.state || isWanted(now) !== isDraining) return false;
        const set: Partial<BypassLive> = isDraining
          ? { state: 'live', drainingAt: null }
          : { state: 'draining', drainingAt: new Date() };
        await this.lives.update(live.id, set, tx);
        return true;
      });
    } else if (isDraining && hasPassed(live.drainingAt, this.config.BYPASS_IDLE_MS)) {
      await this.stop(live, hasMembers ? 'no_viewers' : 'everyone_left', (now) => !isWanted(now));
    }
  }

  /** @param still asked again under the lock */
  private async stop(
    { id, conferenceId, channelId, startedAt }: BypassLive,
    reason: BypassReason,
    still: (live: BypassLive) => boolean = () => true,
  ): Promise<void> {
    const stopped = await this.changes.change(id, async (live, tx) => {
      const isSameRun = live.startedAt?.getTime() === startedAt?.getTime();
      if (!bypassStates.can(live.state, 'idle') || !isSameRun || !still(live)) return false;
      await this.lives.update(id, { state: 'idle', reason, drainingAt: null, endedAt: new Date() }, tx);
      return true;
    });
    if (!stopped) return;
    this.log.info({ conferenceId, channelId, reason }, 'conference is off the air');
    await this.step(id);
  }
}
