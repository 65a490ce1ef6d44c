import type { CoHostReason } from '../../contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DomainError, EventBus, Flow, hasPassed, Log } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { LiveFacade } from '../../live';
import type { CoHostSession } from './session.entity';
import { CoHostAirChanged, CoHostMemberRemoved } from '../seats/seat.events';
import { CoHostWentLive } from './session.events';
import { CoHostJobs } from '../co-host.jobs';
import { HostAppSignals } from '../host-app.signals';
import { SessionRepository } from './session.repository';
import { MemberRepository } from '../seats/member.repository';
import { mixingStates, sessionStates } from './session.state';
import { SessionMixings } from '../mix/mode/session-mixings';
import { MixSwitches } from '../mix/switch/mix-switches';
import { SessionChanges } from './session-changes';
import { SessionMix } from '../mix/scene/session-mix';
import { SeatMembership } from '../seats/seat-membership';
import { isSeated } from '../seats/seat.state';
import { SessionCleanup } from './session-cleanup';

/** Moves sessions through their states. The hint: the hub has just put a mix of this epoch on the air. */
@Injectable()
export class SessionFlow extends Flow<number | void> {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly bus: EventBus,
    private readonly sessions: SessionRepository,
    private readonly members: MemberRepository,
    private readonly changes: SessionChanges,
    private readonly mix: SessionMix,
    private readonly switches: MixSwitches,
    private readonly mixings: SessionMixings,
    private readonly seats: SeatMembership,
    private readonly jobs: CoHostJobs,
    private readonly undo: SessionCleanup,
    private readonly live: LiveFacade,
    private readonly hostApp: HostAppSignals,
  ) {
    super(new Log('co-host'), 'sessionId');
  }

  /**
   * The session is to end: the host is asked to push again, and the mix goes on until they do or
   * RESUME_TIMEOUT_MS has passed. Without effect on a session that ends or has ended already.
   */
  async end(id: string, reason: CoHostReason): Promise<void> {
    if (await this.toEnding(id, reason)) await this.settleQuietly(id);
  }

  protected async step(id: string, mixEpoch?: number): Promise<void> {
    const session = await this.sessions.find(id);
    if (!session || session.cleanedAt) return;
    try {
      if (mixingStates.includes(session.state)) await this.settleMixing(session, mixEpoch);
      else {
        // Ends a running switch. The steps below deal with the mix that is left.
        await this.switches.settle(session, null);
        if (session.state === 'ending') await this.settleEnding(session);
        else await this.undo.cleanUp(session);
      }
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'channel_not_found') throw error;
      await this.close(id, 'failed', error.code);
    }
  }

  private async settleMixing(session: CoHostSession, mixEpoch?: number): Promise<void> {
    const { id, state } = session;
    const channel = await this.live.get(session.channelId);
    if (channel.suspended) return this.close(id, 'failed', 'channel_suspended');
    const members = await this.members.ofSession(id);
    if (members.some((m) => m.role === 'host' && !isSeated(m))) {
      await this.toEnding(id, !members.some(isSeated) ? 'everyone_left' : 'host_left');
      return this.step(id);
    }
    if (state === 'connecting' && (await this.isLate(session))) {
      return this.close(id, 'failed', 'connecting_timeout');
    }
    if (state === 'live' && (await this.settleAbsent(session))) return this.step(id, mixEpoch);
    const switching = await this.switches.settle(session, channel, mixEpoch);
    const current = (await this.sessions.find(id)) ?? session;
    const task = await this.mix.ensure(current, channel);
    // A failed mix doesn't end the session while a replacement is starting.
    if (task?.state === 'failed' && !switching) return this.close(id, 'failed', task.error ?? 'mix_failed');
    if (task && state === 'connecting' && this.mix.isSeen(task, channel, mixEpoch))
      await this.goLive(session);
    await this.mix.sync(id);
    if (current.pairedWith) await this.switches.sync(current.pairedWith);
    if (switching || !task) return;
    const takeover = await this.mixings.of(task.mode).recover(current, task, channel);
    if (takeover) await this.switches.replace(current, channel, takeover);
    await this.switches.follow(current, channel);
  }

  private async isLate(session: CoHostSession): Promise<boolean> {
    const task = await this.mix.taskOf(session);
    return this.mix.isLate(session, task, this.config.CONNECTING_TIMEOUT_MS);
  }

  /**
   * Gives up on people who were accepted and didn't come within the time for connecting.
   * @returns whether the session has changed
   */
  private async settleAbsent(session: CoHostSession): Promise<boolean> {
    const { id, createdAt } = session;
    const timeout = this.config.CONNECTING_TIMEOUT_MS;
    if (!hasPassed(createdAt, timeout)) return false;
    const before = new Date(Date.now() - timeout);
    if (await this.seats.vacateAbsent(session, before)) return true;
    if (await this.seats.hasLostHost(session, before)) return this.toEnding(id, 'host_left');
    return (await this.seats.isEmpty(session)) && (await this.toEnding(id, 'everyone_left'));
  }

  private async toEnding(id: string, reason: CoHostReason): Promise<boolean> {
    const changed = await this.changes.change(id, async (session, tx) => {
      if (!sessionStates.can(session.state, 'ending')) return false;
      await this.sessions.update(id, { state: 'ending', reason, endingAt: new Date() }, tx);
      return true;
    });
    if (changed) await this.jobs.settleSession(id, this.config.RESUME_TIMEOUT_MS);
    return changed;
  }

  private async goLive({ id, channelId, hostId }: CoHostSession): Promise<void> {
    const changed = await this.changes.change(id, async (session, tx) => {
      if (!sessionStates.can(session.state, 'live')) return false;
      await this.sessions.update(id, { state: 'live', liveAt: new Date() }, tx);
      for (const { role, state, userId, name } of await this.members.ofSession(id, tx)) {
        if (role === 'host' || state !== 'on-air') continue;
        this.bus.publish(new CoHostAirChanged(channelId, id, userId, name, true));
      }
      this.bus.publish(new CoHostWentLive(channelId, id, Date.now() - session.createdAt.getTime()));
      return true;
    });
    if (changed) this.hostApp.stopPush({ id, channelId, hostId }, 'host');
  }

  private async settleEnding(session: CoHostSession): Promise<void> {
    await this.undo.giveBack(session);
    // If the mix was never on the air, nobody misses it.
    const waits =
      session.liveAt !== null &&
      session.endingAt !== null &&
      !hasPassed(session.endingAt, this.config.RESUME_TIMEOUT_MS) &&
      (await this.mix.isUp(session)) &&
      (await this.live.get(session.channelId)).source !== 'host';
    if (waits) await this.mix.sync(session.id);
    else await this.close(session.id, 'ended');
  }

  /** Ends the session and frees its channel. @param reason default: the one that the session has */
  private async close(id: string, state: 'ended' | 'failed', reason?: CoHostReason): Promise<void> {
    const changed = await this.changes.change(id, async (session, tx) => {
      if (!sessionStates.can(session.state, state)) return false;
      const why = reason ?? session.reason;
      await this.sessions.update(id, { state, reason: why, endedAt: new Date() }, tx);
      for (const { role, userId } of await this.members.empty(id, tx)) {
        if (role === 'host') continue;
        this.bus.publish(new CoHostMemberRemoved(session.channelId, id, userId, why ?? state));
      }
      return true;
    });
    if (changed) await this.step(id);
  }
}
