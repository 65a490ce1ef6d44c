import type { CoHostReason } from '../../contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError } from '../../platform/common';
import { ConferenceFacade } from '../../conference';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import type { ChannelRecord } from '../../live';
import { CoHostJobs } from '../co-host.jobs';
import { InvitationChecks } from '../invitations/invitation-checks';
import { SessionMix } from '../mix/scene/session-mix';
import { MixSwitchRepository } from '../mix/switch/mix-switch.repository';
import { SessionChanges } from './session-changes';
import { SessionFlow } from './session-flow';
import { SessionOpening } from './session-opening';
import { SessionRelocation } from './session-relocation';
import type { CoHostSession } from './session.entity';
import { SessionRepository } from './session.repository';
import { mixingStates, sessionStates } from './session.state';

type Pair<T> = readonly [T, T];

/** Above all that a transaction of the other side could just be adding to the version. */
const UNPAIRED_LEAP = 1000;

/** How a session of a pair is doing. */
export interface PairedSession {
  /** It has ended, or is about to. */
  isOver: boolean;
  /** Stable code: why. */
  reason: CoHostReason | null;
  /** Viewers see its mix, and its host is connected in the conference of the pair. */
  isSeen: boolean;
  /** From when on its mix has had the time for connecting; null: it waits for a mixer. */
  connectingSince: Date | null;
}

/**
 * Two sessions in one conference, for a PK: each keeps its own channel, seats and mix, and the mix of each shows the
 * people of both. A host without a session gets one that ends with the pair. If both have a session, the challenged
 * host's people move to the other's conference, and back after the PK.
 */
@Injectable()
export class PairingFacade {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly sessions: SessionRepository,
    private readonly checks: InvitationChecks,
    private readonly opening: SessionOpening,
    private readonly relocation: SessionRelocation,
    private readonly switches: MixSwitchRepository,
    private readonly mix: SessionMix,
    private readonly changes: SessionChanges,
    private readonly flow: SessionFlow,
    private readonly jobs: CoHostJobs,
    private readonly conferences: ConferenceFacade,
  ) {}

  /** Until the end of the transaction nobody else opens a session on these channels or brings their hosts on the air. */
  lock(channels: Pair<ChannelRecord>, tx: EntityManager): Promise<void> {
    const channelIds = channels.map(({ id }) => id);
    return this.sessions.reserve({ channelIds, userIds: channels.map(({ ownerId }) => ownerId) }, tx);
  }

  /** Under the lock. @throws DomainError mix_switch_running, user_busy */
  async requirePairable(channels: Pair<ChannelRecord>, tx: EntityManager): Promise<void> {
    for (const { id: channelId, ownerId: userId } of channels) {
      const session = await this.sessions.findActive(channelId, tx);
      await this.checks.requireFree(channelId, [userId], tx);
      if (!session) continue;
      if (session.pairedWith || !mixingStates.includes(session.state)) {
        throw new DomainError('user_busy', { userId });
      }
      if (await this.switches.unfinished(session.id, tx)) throw new DomainError('mix_switch_running');
    }
  }

  /**
   * Under the lock. @returns ids of the sessions, in the order of the channels
   * @throws DomainError as requirePairable
   */
  async pair(channels: Pair<ChannelRecord>, tx: EntityManager): Promise<[string, string]> {
    for (const { id } of inOrder(channels)) {
      const session = await this.sessions.findActive(id, tx);
      if (session) await this.sessions.lock(session.id, tx);
    }
    await this.requirePairable(channels, tx);
    const [a, b] = await this.bringTogether(channels, tx);
    await this.sessions.update(a.id, { pairedWith: b.id }, tx);
    await this.sessions.update(b.id, { pairedWith: a.id }, tx);
    await this.changes.announce(a.id, tx);
    return [a.id, b.id];
  }

  /** After the commit of `pair`: starts their mixes, or brings the others into them. */
  async begin(ids: Pair<string>): Promise<void> {
    for (const id of ids) await this.jobs.settleSession(id, this.config.CONNECTING_TIMEOUT_MS);
    await Promise.all(ids.map((id) => this.flow.settleQuietly(id)));
  }

  async status(id: string): Promise<PairedSession> {
    const session = await this.sessions.find(id);
    if (!session) return { isOver: true, reason: null, isSeen: false, connectingSince: null };
    const { state, reason, hostId, conferenceId } = session;
    const host = (await this.conferences.members(conferenceId)).find((m) => m.userId === hostId);
    const isSeen = state === 'live' && host?.state === 'connected';
    const connectingSince = this.mix.connectingSince(session, await this.mix.taskOf(session));
    return { isOver: !mixingStates.includes(state), reason, isSeen, connectingSince };
  }

  /** Those of these sessions that have ended, or are about to. */
  async over(ids: string[]): Promise<Set<string>> {
    const going = await this.sessions.mixing(ids);
    return new Set(ids.filter((id) => !going.has(id)));
  }

  /**
   * Gives the session back to its channel, or ends it if it was made for the pair. Idempotent.
   * @returns whether that is done
   */
  async release(id: string, reason: CoHostReason): Promise<boolean> {
    await this.unpair(id);
    const session = await this.sessions.find(id);
    if (!session || sessionStates.isFinal(session.state)) return true;
    if (!session.endsWithPair) {
      await this.flow.settleQuietly(id);
      return true;
    }
    await this.flow.end(id, reason);
    return sessionStates.isFinal((await this.sessions.find(id))?.state ?? 'ended');
  }

  private async unpair(id: string): Promise<void> {
    const before = await this.sessions.find(id);
    if (!before?.pairedWith) return;
    const home = before.homeConferenceId ? await this.conferences.find(before.homeConferenceId) : null;
    await this.changes.change(id, async (session, tx) => {
      if (!session.pairedWith) return false;
      // Until now the other's version was part of this one's; theirs may be just rising.
      const others = await this.sessions.versionOf(session.pairedWith, tx);
      await this.sessions.raiseVersion(id, tx, others + UNPAIRED_LEAP);
      await this.sessions.update(id, { pairedWith: null }, tx);
      if (home && mixingStates.includes(session.state)) await this.relocation.toHome(session, home, tx);
      return true;
    });
  }

  /** Both sessions in one conference: the challenger's if they have one, else the other's, else a new one. */
  private async bringTogether(
    channels: Pair<ChannelRecord>,
    tx: EntityManager,
  ): Promise<Pair<CoHostSession>> {
    const [left, right] = channels;
    const here = await this.sessions.findActive(left.id, tx);
    const there = await this.sessions.findActive(right.id, tx);
    if (here && there) {
      await this.relocation.toPair(there, here.conferenceId, tx);
      return [here, there];
    }
    const first = here ?? there ?? (await this.open(left, undefined, tx));
    const second = await this.open(here || !there ? right : left, first.conferenceId, tx);
    return first.channelId === left.id ? [first, second] : [second, first];
  }

  private open(
    channel: ChannelRecord,
    conferenceId: string | undefined,
    tx: EntityManager,
  ): Promise<CoHostSession> {
    const shared = conferenceId === undefined ? {} : { conferenceId };
    return this.opening.open(channel, { admitted: [], endsWithPair: true, ...shared }, tx);
  }
}

function inOrder(channels: Pair<ChannelRecord>): ChannelRecord[] {
  return [...channels].sort((a, b) => (a.id < b.id ? -1 : 1));
}
