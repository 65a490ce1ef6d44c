import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError } from '../../platform/common';
import { type ConferenceRecord, ConferenceFacade } from '../../conference';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import type { CoHostState } from '../../contracts';
import type { ChannelRecord } from '../../live';
import type { CoHostSession } from '../co-host.entity';
import { CoHostJobs } from '../co-host.jobs';
import { CoHostRepository } from '../co-host.repository';
import { sessionStates } from '../co-host.state';
import { InvitationChecks } from '../invitations/invitation-checks';
import { MixSwitchRepository } from '../mix/mix-switch.repository';
import { SessionChanges } from './session-changes';
import { SessionFlow } from './session-flow';
import { MIXING_STATES } from '../mix/session-mix';
import { SessionOpening } from './session-opening';

type Pair<T> = readonly [T, T];

/** How far a session of a pair is. */
export interface PairedSession {
  state: CoHostState;
  reason: string | null;
  /** Its host is connected in the conference of the pair. */
  hostIn: boolean;
}

/**
 * Two sessions in one conference, for a PK: each keeps its own channel, seats and mix, and the mix of each shows the
 * people of both. A host without a session gets one, which ends with the pair; one who has a session keeps it. Where
 * both have one, the challenged host's people move to the other's conference, and back to their own after it.
 */
@Injectable()
export class SessionPairs {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly sessions: CoHostRepository,
    private readonly checks: InvitationChecks,
    private readonly opening: SessionOpening,
    private readonly switches: MixSwitchRepository,
    private readonly changes: SessionChanges,
    private readonly flow: SessionFlow,
    private readonly jobs: CoHostJobs,
    private readonly conferences: ConferenceFacade,
  ) {}

  /** Until the end of the transaction nobody else opens a session on these channels, or brings their hosts on the air. */
  async lock(channels: Pair<ChannelRecord>, tx: EntityManager): Promise<void> {
    for (const { id } of inOrder(channels)) await this.sessions.lockChannel(id, tx);
    await this.sessions.lockUsers(
      channels.map(({ ownerId }) => ownerId),
      tx,
    );
  }

  /** Under the lock. @throws DomainError mix_switch_running, user_busy */
  async requirePairable(channels: Pair<ChannelRecord>, tx: EntityManager): Promise<void> {
    for (const { id: channelId, ownerId: userId } of channels) {
      const session = await this.sessions.findActive(channelId, tx);
      await this.checks.requireFree(channelId, [userId], tx);
      if (!session) continue;
      if (session.pairedWith || !MIXING_STATES.includes(session.state)) {
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
    const [a, b] = await this.bring(channels, tx);
    await this.sessions.update(a.id, { pairedWith: b.id }, tx);
    await this.sessions.update(b.id, { pairedWith: a.id }, tx);
    await this.changes.announce(a.id, tx);
    return [a.id, b.id];
  }

  /** After the commit of `pair`: their mixes begin, or show the others too. */
  async begin(ids: Pair<string>): Promise<void> {
    for (const id of ids) await this.jobs.settleSession(id, this.config.CONNECTING_TIMEOUT_MS);
    await Promise.all(ids.map((id) => this.flow.settleQuietly(id)));
  }

  async look(id: string): Promise<PairedSession> {
    const session = await this.sessions.find(id);
    if (!session) return { state: 'ended', reason: null, hostIn: false };
    const { state, reason, hostId, conferenceId } = session;
    const host = (await this.conferences.members(conferenceId)).find((m) => m.userId === hostId);
    return { state, reason, hostIn: host?.state === 'connected' };
  }

  /**
   * The session is its channel's own again, or ends if it was made for the pair. Idempotent.
   * @returns has it arrived there?
   */
  async release(id: string, reason: string): Promise<boolean> {
    await this.part(id);
    const session = await this.sessions.find(id);
    if (!session || sessionStates.isFinal(session.state)) return true;
    if (!session.endsWithPair) {
      await this.flow.settleQuietly(id);
      return true;
    }
    await this.flow.end(id, reason);
    return sessionStates.isFinal((await this.sessions.find(id))?.state ?? 'ended');
  }

  private async part(id: string): Promise<void> {
    const before = await this.sessions.find(id);
    if (!before?.pairedWith) return;
    const home = before.homeConferenceId ? await this.conferences.find(before.homeConferenceId) : null;
    await this.changes.change(id, async (session, tx) => {
      if (!session.pairedWith) return false;
      await this.sessions.update(id, { pairedWith: null }, tx);
      if (home && MIXING_STATES.includes(session.state)) await this.goHome(session, home, tx);
      return true;
    });
  }

  /** Both sessions, in one conference: that of the challenger's session, else of the other's, else a new one. */
  private async bring(channels: Pair<ChannelRecord>, tx: EntityManager): Promise<Pair<CoHostSession>> {
    const [left, right] = channels;
    const here = await this.sessions.findActive(left.id, tx);
    const there = await this.sessions.findActive(right.id, tx);
    if (here && there) {
      await this.move(there, here.conferenceId, { homeConferenceId: there.conferenceId }, tx);
      return [here, there];
    }
    const first = here ?? there ?? (await this.openFor(left, undefined, tx));
    const second = await this.openFor(here || !there ? right : left, first.conferenceId, tx);
    return first.channelId === left.id ? [first, second] : [second, first];
  }

  /** To the conference that has waited; to a new one where somebody has ended that meanwhile. */
  private async goHome(session: CoHostSession, home: ConferenceRecord, tx: EntityManager): Promise<void> {
    const conferenceId = home.state === 'open' ? home.id : await this.newHome(session, home, tx);
    await this.move(session, conferenceId, { homeConferenceId: null }, tx);
  }

  private async newHome({ hostId, id }: CoHostSession, { title }: ConferenceRecord, tx: EntityManager) {
    const host = (await this.sessions.members(id, tx)).find((m) => m.userId === hostId);
    const made = { title, ownerId: hostId, ownerName: host?.name ?? hostId, admitted: [] };
    return (await this.conferences.create({ ...made, access: 'members', purpose: 'co-host' }, tx)).id;
  }

  /** Everybody who has a seat is let in there, muted as he is; apps go where their session's view says. */
  private async move(
    { id, hostId }: CoHostSession,
    conferenceId: string,
    set: Pick<CoHostSession, 'homeConferenceId'>,
    tx: EntityManager,
  ): Promise<void> {
    for (const member of await this.sessions.members(id, tx)) {
      if (member.state === 'left') continue;
      const { userId, name, audioMutedByHost, videoMutedByHost } = member;
      const mutes = {
        ...{ audioMutedByHost, videoMutedByHost },
        audio: member.audio || audioMutedByHost,
        video: member.video || videoMutedByHost,
      };
      await this.conferences.admit(conferenceId, userId, name, tx, { mutes, moderatorId: hostId });
    }
    await this.sessions.relocate(id, { conferenceId, ...set }, tx);
  }

  private openFor(
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
