import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { type Caller, requireAdmin, requireGrant, requireOwner } from '../auth';
import { PairingFacade } from '../co-host';
import { DomainError, EventBus, Log } from '../platform/common';
import { CONFIG, type RuntimeConfig } from '../platform/config';
import type { PkAcceptView, PkMatchView, PkPointsAdd } from '../contracts';
import { type ChannelRecord, LiveFacade, requireNotSuspended } from '../live';
import { type Challenge, ChallengeService } from './challenges/challenge.service';
import { PkChanges } from './match/pk-changes';
import { PkFlow } from './match/pk-flow';
import type { Outcome } from './match/pk-result';
import { PkJobs } from './pk.jobs';
import { PkPointsChanged } from './pk.events';
import { PkRepository } from './pk.repository';
import { pkStates } from './pk.state';

type Pair<T> = readonly [T, T];

/** What people do with matches: begin one by accepting a challenge, give points, end it. */
@Injectable()
export class PkService {
  private readonly log = new Log('pk');

  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly challenges: ChallengeService,
    private readonly pairs: PairingFacade,
    private readonly matches: PkRepository,
    private readonly changes: PkChanges,
    private readonly flow: PkFlow,
    private readonly jobs: PkJobs,
    private readonly live: LiveFacade,
  ) {}

  /**
   * In one commit the challenge is accepted, both hosts get a session in one conference, and the match is made. The
   * mixes start after it; if that fails or is interrupted, the sweeps start them.
   * @throws DomainError invitation_not_found, not_allowed, invalid_transition, channel_not_found, channel_suspended, user_busy,
   * mix_switch_running
   */
  async accept(caller: Caller, invitationId: string): Promise<PkAcceptView> {
    const challenge = await this.challenges.requireAsked(caller, invitationId);
    const channels: Pair<ChannelRecord> = [
      await this.live.get(challenge.channelId),
      await this.live.get(challenge.toChannelId),
    ];
    requireNotSuspended(...channels);
    const { invitation, matchId, sessions } = await this.bus.transaction(this.db, async (tx) => {
      await this.pairs.lock(channels, tx);
      const invitation = await this.challenges.accept(caller, challenge, tx);
      await this.requireFree(channels, tx);
      const sessions = await this.pairs.pair(channels, tx);
      return { invitation, sessions, matchId: await this.insert(challenge, channels, sessions, tx) };
    });
    this.log.info({ matchId, channels: channels.map(({ id }) => id) }, 'match made');
    await this.jobs.settleMatch(matchId, this.config.CONNECTING_TIMEOUT_MS);
    await this.pairs.begin(sessions);
    return { invitation, match: await this.changes.read(matchId) };
  }

  /** The match on this channel, or null. @throws DomainError channel_not_found */
  async find(caller: Caller, channelId: string): Promise<PkMatchView | null> {
    requireGrant(caller, { channelId });
    const { id } = await this.live.get(channelId);
    const side = await this.matches.sideOn([id]);
    return side && this.changes.read(side.matchId);
  }

  /**
   * If a host gives up, the other one wins. An admin stops the match as it stands.
   * @throws DomainError channel_not_found, not_allowed, pk_not_found
   */
  async end(caller: Caller, channelId: string): Promise<void> {
    requireGrant(caller, { channelId });
    const { ownerId } = await this.live.get(channelId);
    requireOwner(caller, ownerId, 'end this PK', { admin: true });
    const side = await this.matches.sideOn([channelId]);
    if (!side) throw new DomainError('pk_not_found');
    const isHost = caller.userId === ownerId;
    const outcome: Outcome = isHost ? { reason: 'given_up', loser: channelId } : { reason: 'ended_by_admin' };
    await this.flow.finish(side.matchId, outcome);
  }

  /** @throws DomainError not_allowed, channel_not_found, pk_not_found, pk_not_running */
  async addPoints(caller: Caller, channelId: string, { matchId, points }: PkPointsAdd): Promise<PkMatchView> {
    requireAdmin(caller, 'give points');
    await this.live.get(channelId);
    const sides = await this.matches.sides(matchId);
    if (!sides.some((side) => side.channelId === channelId)) throw new DomainError('pk_not_found');
    return this.bus.transaction(this.db, async (tx) => {
      const now = await this.matches.addPoints(matchId, channelId, points, tx);
      if (now === null) throw new DomainError('pk_not_running');
      const other = sides.find((side) => side.channelId !== channelId)!;
      this.bus.publish(new PkPointsChanged(matchId, [channelId, other.channelId], now));
      return this.changes.read(matchId, tx);
    });
  }

  /** A match that is about to end still holds its channels. @throws DomainError user_busy */
  private async requireFree(channels: Pair<ChannelRecord>, tx: EntityManager): Promise<void> {
    const side = await this.matches.sideOn(
      channels.map(({ id }) => id),
      tx,
    );
    if (side) throw new DomainError('user_busy', { userId: side.hostId });
  }

  private async insert(
    { id: invitationId, durationMs }: Challenge,
    channels: Pair<ChannelRecord>,
    sessions: Pair<string>,
    tx: EntityManager,
  ): Promise<string> {
    const id = randomUUID();
    const match = { id, invitationId, durationMs, state: pkStates.initial, createdAt: new Date() };
    const sides = channels.map((channel, side) => ({
      ...{ matchId: id, side, channelId: channel.id, title: channel.title },
      ...{ hostId: channel.ownerId, hostName: channel.ownerName, sessionId: sessions[side]! },
    }));
    await this.matches.insert(match, sides, tx);
    await this.changes.announce(id, tx);
    return id;
  }
}
