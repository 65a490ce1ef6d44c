import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { DomainError, EventBus, hasPassed, Log } from '../../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../../platform/config';
import type { MixingMode, MixSwitchState } from '../../../contracts';
import type { ChannelRecord } from '../../../live';
import { isOnAir, MixingFacade, type MixTaskRecord } from '../../../mixing';
import { ClientMixingPush } from '../client-mixing-push';
import type { CoHostSession } from '../../session/session.entity';
import { MixSwitchChanged } from './mix-switch.events';
import { CoHostJobs } from '../../co-host.jobs';
import { SessionRepository } from '../../session/session.repository';
import { MIXING_STATES, sessionStates } from '../../session/session.state';
import { mixSwitchView } from './mix-switch.view';
import type { MixSwitch } from './mix-switch.entity';
import { MixSwitchRepository } from './mix-switch.repository';
import { mixSwitchStates } from './mix-switch.state';
import { SessionMix } from '../scene/session-mix';
import { SessionChanges } from '../../session/session-changes';

/**
 * The switch of the mixing mode in a running session. Both mixes are there until the hub shows the new one; then the
 * session is the new one's and the old one is stopped. Without that by the deadline it is the other way round. What is
 * to be done next stands in the row, so that it goes on after a restart at any step.
 */
@Injectable()
export class MixSwitches {
  private readonly log = new Log('co-host');

  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly bus: EventBus,
    private readonly sessions: SessionRepository,
    private readonly changes: SessionChanges,
    private readonly rows: MixSwitchRepository,
    private readonly mix: SessionMix,
    private readonly mixing: MixingFacade,
    private readonly push: ClientMixingPush,
    private readonly jobs: CoHostJobs,
  ) {}

  /**
   * Starts the mix that is to take over. A session that has no mix yet just gets the other mode.
   * @param reason stable code
   * @returns false when the session is in this mode already
   * @throws DomainError invalid_transition, mix_switch_running, mix_running
   */
  async begin(id: string, channel: ChannelRecord, to: MixingMode, reason: string): Promise<boolean> {
    const begun = await this.changes.change(id, (session, tx) =>
      this.start(session, channel, to, reason, tx),
    );
    if (begun) await this.jobs.settleSession(id, this.config.SWITCH_TIMEOUT_MS);
    return begun;
  }

  /**
   * The mode that the channel was given since the session last looked. A switch that can't be begun now is tried again
   * by the sweep; one that was begun and failed is not.
   */
  async follow({ id, channelMode }: CoHostSession, channel: ChannelRecord): Promise<void> {
    const { mixingMode } = channel;
    if (channelMode === mixingMode || (await this.rows.unfinished(id))) return;
    const changed = await this.changes.change(id, async (session, tx) => {
      if (session.channelMode === mixingMode || !MIXING_STATES.includes(session.state)) return false;
      await this.sessions.update(id, { channelMode: mixingMode }, tx);
      await this.start(session, channel, mixingMode, 'channel_changed', tx);
      return true;
    });
    if (changed) await this.jobs.settleSession(id, this.config.SWITCH_TIMEOUT_MS);
  }

  /**
   * The next step of the session's switch, if there is one.
   * @param channel null: the session is over
   * @param mixEpoch the hub has just put a mix of this epoch on the air
   * @returns is one under way?
   */
  async settle(session: CoHostSession, channel: ChannelRecord | null, mixEpoch?: number): Promise<boolean> {
    const row = await this.rows.unfinished(session.id);
    if (!row) return false;
    if (row.state !== 'switching') {
      await this.finish(row);
      return false;
    }
    const target = await this.mixing.find(row.toTaskId);
    if (target && channel && isOnAir(target, channel, mixEpoch)) return this.decide(row, 'done', row.reason);
    const reason = failure(row, target, session);
    if (reason) return this.decide(row, 'rolled_back', reason);
    if (target?.mode === 'client' && target.epoch === null) await this.push.offer(session, target.id);
    await this.mix.sync(session.id, row.toTaskId);
    return true;
  }

  /** Brings what a session shows to its mix, and to the one that is to take over. */
  async sync(sessionId: string): Promise<void> {
    await this.mix.sync(sessionId);
    const row = await this.rows.unfinished(sessionId);
    if (row?.state === 'switching') await this.mix.sync(sessionId, row.toTaskId);
  }

  private async start(
    session: CoHostSession,
    channel: ChannelRecord,
    to: MixingMode,
    reason: string,
    tx: EntityManager,
  ): Promise<boolean> {
    if (!MIXING_STATES.includes(session.state)) {
      const { subject } = sessionStates;
      throw new DomainError('invalid_transition', { subject, from: session.state, to: 'live' });
    }
    if (await this.rows.unfinished(session.id, tx)) throw new DomainError('mix_switch_running');
    if (session.mixingMode === to) return false;
    if (!session.mixTaskId) {
      await this.sessions.update(session.id, { mixingMode: to }, tx);
      return true;
    }
    const target = await this.mix.start(session, channel, to, tx);
    const row: MixSwitch = {
      ...{ id: randomUUID(), sessionId: session.id, fromMode: session.mixingMode, toMode: to },
      ...{ fromTaskId: session.mixTaskId, toTaskId: target.id, state: mixSwitchStates.initial, reason },
      deadline: new Date(Date.now() + this.config.SWITCH_TIMEOUT_MS),
      ...{ createdAt: new Date(), endedAt: null, cleanedAt: null },
    };
    await this.rows.insert(row, tx);
    this.announce(session, row);
    return true;
  }

  /** @returns false: it is under way no more */
  private async decide(before: MixSwitch, state: MixSwitchState, reason: string): Promise<false> {
    mixSwitchStates.assert(before.state, state);
    await this.changes.change(before.sessionId, async (session, tx) => {
      const row = await this.rows.decide(before, { state, reason }, tx);
      if (!row) return false;
      // A mix on the host's device has a fresh start.
      const won = state === 'done' ? { mixTaskId: row.toTaskId, mixingMode: row.toMode } : {};
      await this.sessions.update(session.id, { ...won, mixLostAt: null }, tx);
      this.announce(session, row);
      return true;
    });
    const row = await this.rows.unfinished(before.sessionId);
    if (row) await this.finish(row);
    return false;
  }

  /** Stops the mix that lost. Each step may be done twice. */
  private async finish(row: MixSwitch): Promise<void> {
    const session = await this.sessions.find(row.sessionId);
    if (!session) return;
    const done = row.state === 'done';
    const loser = done ? row.fromMode : row.toMode;
    if (!done && loser === 'client' && MIXING_STATES.includes(session.state)) await this.secure(row);
    await this.mixing.stop(done ? row.fromTaskId : row.toTaskId);
    if (loser === 'client') this.push.stop(session);
    await this.rows.cleaned(row.id);
  }

  /** The host's device has the address of a newer epoch; should it come after all, it is not to take over. */
  private async secure({ fromTaskId, sessionId }: MixSwitch): Promise<void> {
    try {
      await this.mixing.secure(fromTaskId);
    } catch (error) {
      this.log.warn(
        { err: error, sessionId, taskId: fromTaskId },
        'the mix could not be put above a late one',
      );
    }
  }

  private announce({ id, channelId, hostId }: CoHostSession, row: MixSwitch): void {
    this.bus.publish(new MixSwitchChanged(channelId, id, hostId, mixSwitchView(row)));
    this.log.info(
      { sessionId: id, channelId, from: row.fromMode, to: row.toMode, state: row.state, reason: row.reason },
      'switch of the mixing mode',
    );
  }
}

/** Why the switch is to be rolled back; null: it isn't. */
function failure(row: MixSwitch, target: MixTaskRecord | null, { state }: CoHostSession): string | null {
  if (!MIXING_STATES.includes(state)) return 'session_ended';
  if (!target || target.state === 'failed') return target?.error ?? 'mix_failed';
  if (target.state === 'stopping' || target.state === 'stopped') return 'mix_stopped';
  return hasPassed(row.deadline) ? 'switch_timeout' : null;
}
