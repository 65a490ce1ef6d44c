import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { DomainError, EventBus, hasPassed, Log } from '../../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../../platform/config';
import type { MixingMode, MixSwitchState, MixSwitchCause, MixSwitchFailure } from '../../../contracts';
import type { ChannelRecord } from '../../../live';
import { isLive, isOnAir, isWaiting, MixingFacade, type MixTaskRecord } from '../../../mixing';
import type { Takeover } from '../mode/session-mixing';
import { SessionMixings } from '../mode/session-mixings';
import type { CoHostSession } from '../../session/session.entity';
import { MixSwitchChanged } from './mix-switch.events';
import { CoHostJobs } from '../../co-host.jobs';
import { SessionRepository } from '../../session/session.repository';
import { mixingStates, sessionStates } from '../../session/session.state';
import { mixSwitchView } from './mix-switch.view';
import type { MixSwitch } from './mix-switch.entity';
import { MixSwitchRepository } from './mix-switch.repository';
import { mixSwitchStates } from './mix-switch.state';
import { SessionMix } from '../scene/session-mix';
import { SessionChanges } from '../../session/session-changes';

/**
 * The switch of the mixing mode in a running session. Both mixes are there until the hub shows the new one; then the
 * session has the new one, and the old one is stopped. If the hub doesn't show it by the deadline, the new one is
 * stopped instead. The row says what the next step is, so a switch goes on after a restart at any step.
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
    private readonly mixings: SessionMixings,
    private readonly jobs: CoHostJobs,
  ) {}

  /**
   * Starts the mix that is to take over. A session without a mix just gets the other mode.
   * @returns false when the session is in this mode already
   * @throws DomainError invalid_transition, mix_switch_running, mix_running
   */
  async begin(id: string, channel: ChannelRecord, to: MixingMode, reason: MixSwitchCause): Promise<boolean> {
    const begun = await this.changes.change(id, (session, tx) =>
      this.start(session, channel, to, reason, tx),
    );
    if (begun) await this.jobs.settleSession(id, this.config.SWITCH_TIMEOUT_MS);
    return begun;
  }

  /** Another mode takes over at once. @throws DomainError as `begin` */
  async replace({ id }: CoHostSession, channel: ChannelRecord, { to, reason }: Takeover): Promise<void> {
    if (await this.begin(id, channel, to, reason)) await this.jobs.settleSession(id, 0);
  }

  /**
   * Switches to the channel's mode, if that has changed since the session last looked. A switch that can't begin now is
   * tried again by the sweep; one that has begun and fails is not.
   */
  async follow({ id, channelMode }: CoHostSession, channel: ChannelRecord): Promise<void> {
    const { mixingMode } = channel;
    if (channelMode === mixingMode || (await this.rows.unfinished(id))) return;
    const changed = await this.changes.change(id, async (session, tx) => {
      if (session.channelMode === mixingMode || !mixingStates.includes(session.state)) return false;
      await this.sessions.update(id, { channelMode: mixingMode }, tx);
      await this.start(session, channel, mixingMode, 'channel_changed', tx);
      return true;
    });
    if (changed) await this.jobs.settleSession(id, this.config.SWITCH_TIMEOUT_MS);
  }

  /**
   * Takes the next step of the session's switch, if there is one.
   * @param channel null: the session is over
   * @param mixEpoch the hub has just put a mix of this epoch on the air
   * @returns whether a switch is running
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
    if (target) await this.mixings.of(target.mode).offer(session, target);
    await this.mix.sync(session.id, row.toTaskId);
    return true;
  }

  /** Updates what the session's mix shows, and the mix that is to take over. */
  async sync(sessionId: string): Promise<void> {
    await this.mix.sync(sessionId);
    const row = await this.rows.unfinished(sessionId);
    if (row?.state === 'switching') await this.mix.sync(sessionId, row.toTaskId);
  }

  private async start(
    session: CoHostSession,
    channel: ChannelRecord,
    to: MixingMode,
    reason: MixSwitchCause,
    tx: EntityManager,
  ): Promise<boolean> {
    if (!mixingStates.includes(session.state)) {
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

  /** @returns false, because the switch is no longer running */
  private async decide(
    before: MixSwitch,
    state: MixSwitchState,
    reason: MixSwitch['reason'],
  ): Promise<false> {
    mixSwitchStates.assert(before.state, state);
    await this.changes.change(before.sessionId, async (session, tx) => {
      const row = await this.rows.decide(before, { state, reason }, tx);
      if (!row) return false;
      // The grace period of a mix on the host's device starts anew.
      const won = state === 'done' ? { mixTaskId: row.toTaskId, mixingMode: row.toMode } : {};
      await this.sessions.update(session.id, { ...won, mixLostAt: null }, tx);
      this.announce(session, row);
      return true;
    });
    const row = await this.rows.unfinished(before.sessionId);
    if (row) await this.finish(row);
    return false;
  }

  /** Stops the mix that lost. Each step is idempotent. */
  private async finish(row: MixSwitch): Promise<void> {
    const session = await this.sessions.find(row.sessionId);
    if (!session) return;
    const done = row.state === 'done';
    const loser = this.mixings.of(done ? row.fromMode : row.toMode);
    if (!done && mixingStates.includes(session.state)) await loser.lockOut(session, row.fromTaskId);
    await this.mixing.stop(done ? row.fromTaskId : row.toTaskId);
    loser.retire(session);
    await this.rows.cleaned(row.id);
  }

  private announce({ id, channelId, hostId }: CoHostSession, row: MixSwitch): void {
    this.bus.publish(new MixSwitchChanged(channelId, id, hostId, mixSwitchView(row)));
    this.log.info(
      { sessionId: id, channelId, from: row.fromMode, to: row.toMode, state: row.state, reason: row.reason },
      'switch of the mixing mode',
    );
  }
}

/** Why the switch must be rolled back; null: it needn't. */
function failure(
  row: MixSwitch,
  target: MixTaskRecord | null,
  { state }: CoHostSession,
): MixSwitchFailure | null {
  if (!mixingStates.includes(state)) return 'session_ended';
  if (!target || target.state === 'failed') return target?.error ?? 'mix_failed';
  if (!isLive(target.state)) return 'mix_stopped';
  if (!hasPassed(row.deadline)) return null;
  return isWaiting(target) ? 'mixers_busy' : 'switch_timeout';
}
