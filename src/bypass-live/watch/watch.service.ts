import { Inject, Injectable } from '@nestjs/common';
import { type Caller, requireGrant } from '../../auth';
import { DomainError, limitReached } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { type ConferenceRecord, ConferenceFacade } from '../../conference';
import type { WatchView } from '../../contracts';
import { mayWatch } from './audience';
import { BypassChanges } from '../run/bypass-changes';
import { BypassFlow } from '../run/bypass-flow';
import type { BypassLive } from '../bypass-live.entity';
import { BypassLiveRepository } from '../bypass-live.repository';
import { isIdle } from '../bypass-live.state';
import { isWatchable } from '../run/bypass-seats';
import { WatchLongPoll } from './watch-long-poll';
import { WatchReader } from './watch-reader';

/** Requests of this process that may wait at a time; further ones are answered at once. */
const MAX_WAITING = 5000;
/** After this it is worth asking again for a mixer that was not to be had, s. */
const BUSY_MS = 10_000;
/** Attempts to begin a run; a further one is needed only when the row changed at the same moment. */
const MAX_ROUNDS = 5;

/** What viewers ask for: to see a conference. */
@Injectable()
export class WatchService {
  private waiting = 0;

  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly lives: BypassLiveRepository,
    private readonly changes: BypassChanges,
    private readonly flow: BypassFlow,
    private readonly longPoll: WatchLongPoll,
    private readonly conferences: ConferenceFacade,
    private readonly reader: WatchReader,
  ) {}

  /**
   * Puts the conference on the air, or joins those who asked before.
   * @param waitMs how long the answer may wait for it to play
   * @throws DomainError conference_not_found, not_allowed, conference_ended, co_host_conference, bypass_disabled,
   *   nothing_to_watch, limit_reached, mixers_busy, bypass_failed
   */
  async watch(caller: Caller, idOrNumber: string, waitMs: number): Promise<WatchView> {
    const conference = await this.require(caller, idOrNumber);
    if (conference.state !== 'open') throw new DomainError('conference_ended');
    if (conference.purpose === 'co-host') throw new DomainError('co_host_conference');
    const live = await this.wanted(caller, conference);
    const view = await this.reader.read(live.id);
    // It could not even begin.
    if (view.status === 'idle') throw this.failure(view.reason ?? 'ended');
    return this.whileAllowed(caller, idOrNumber, this.follow(live, waitMs, view));
  }

  /**
   * How far it is; asks for nothing.
   * @throws DomainError conference_not_found, not_allowed, bypass_failed and conference_ended while it waits
   */
  async show(caller: Caller, idOrNumber: string, waitMs: number): Promise<WatchView> {
    const { id } = await this.require(caller, idOrNumber);
    const live = await this.lives.findByConference(id);
    if (!live) return { conferenceId: id, status: 'idle', playback: null, reason: null };
    if (!isIdle(live)) await this.lives.lease(live.id, this.flow.lease());
    return this.whileAllowed(caller, idOrNumber, this.follow(live, waitMs, await this.reader.read(live.id)));
  }

  /** A row that is about to be on the air, or is. */
  private async wanted(caller: Caller, conference: ConferenceRecord): Promise<BypassLive> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const live = await this.changes.open(conference);
      if (!live.enabled) throw new DomainError('bypass_disabled');
      if (isIdle(live) && !isWatchable(await this.conferences.members(conference.id))) {
        throw new DomainError('nothing_to_watch');
      }
      // Before the start, so that they are told of it in any case.
      await this.lives.addWatcher(live.id, caller.userId);
      if (await this.isUp(live)) return live;
    }
    throw new DomainError('bypass_failed', { reason: 'conflict' });
  }

  private async isUp(live: BypassLive): Promise<boolean> {
    if (live.state === 'starting') return true;
    if (!isIdle(live)) return (await this.lives.lease(live.id, this.flow.lease())) !== null;
    if (!(await this.flow.begin(live))) return false;
    await this.flow.settleQuietly(live.id);
    return true;
  }

  private async follow({ id }: BypassLive, waitMs: number, first: WatchView): Promise<WatchView> {
    const deadline = Date.now() + waitMs;
    let view = first;
    if (view.status !== 'starting' || this.waiting >= MAX_WAITING) return view;
    this.waiting++;
    try {
      while (view.status === 'starting' && Date.now() < deadline && !this.longPoll.isClosed) {
        view = await this.longPoll.next(id, () => this.reader.read(id));
      }
    } finally {
      this.waiting--;
    }
    if (view.status === 'idle') throw this.failure(view.reason ?? 'ended');
    return view;
  }

  /** Who may watch can have changed while they waited. */
  private async whileAllowed(
    caller: Caller,
    idOrNumber: string,
    following: Promise<WatchView>,
  ): Promise<WatchView> {
    const view = await following;
    if (view.playback) await this.require(caller, idOrNumber);
    return view;
  }

  /** The conference, which this caller may watch. */
  private async require(caller: Caller, idOrNumber: string): Promise<ConferenceRecord> {
    const conference = await this.conferences.find(idOrNumber);
    if (!conference) throw new DomainError('conference_not_found', { conferenceId: idOrNumber });
    requireGrant(caller, { conferenceId: conference.id });
    const live = await this.lives.findByConference(conference.id);
    const standing = await this.conferences.standing(conference.id, caller.userId);
    if (!mayWatch(live, conference, caller, standing)) {
      throw new DomainError('not_allowed', { action: 'watch this conference' });
    }
    return conference;
  }

  /** Why somebody who waits will not see it. */
  private failure(reason: string): DomainError {
    if (reason === 'conference_ended') return new DomainError('conference_ended');
    if (reason === 'bypass_disabled') return new DomainError('bypass_disabled');
    if (reason === 'everyone_left') return new DomainError('nothing_to_watch');
    if (reason === 'mixers_busy') return new DomainError('mixers_busy', { retryAfterMs: BUSY_MS });
    if (reason === 'limit_reached') {
      return limitReached('mixerSharePerUser', this.config.limits.mixerSharePerUser);
    }
    return new DomainError('bypass_failed', { reason });
  }
}
