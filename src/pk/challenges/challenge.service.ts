import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Caller, requireGrant, requireOwner } from '../../auth';
import { ChallengeFacade, PairingFacade } from '../../co-host';
import { DomainError, type PageQuery } from '../../platform/common';
import type { InvitationView, ListView } from '../../contracts';
import { ImFacade, RestrictionFacade } from '../../im';
import { type ChannelRecord, LiveFacade, requireNotSuspended } from '../../live';

/** A challenge, as the match that it leads to needs it. */
export interface Challenge {
  id: string;
  channelId: string;
  toChannelId: string;
  durationMs: number;
}

/**
 * Challenges of one host to another, up to their answer (accepting: PkService). Refusals come in this order:
 * - `channel_suspended`: one of the two channels.
 * - `user_blocked`: one of the two is banned from the other's room.
 * - `invitation_pending`: between these two, by either; or the challenger has another one open.
 * - `user_busy`: the other is in a PK or about to end a session, is on the air elsewhere, or has another challenge open.
 * - `user_offline`: the other has no connection.
 */
@Injectable()
export class ChallengeService {
  constructor(
    private readonly live: LiveFacade,
    private readonly challenges: ChallengeFacade,
    private readonly pairs: PairingFacade,
    private readonly im: ImFacade,
    private readonly restrictions: RestrictionFacade,
  ) {}

  /** @throws DomainError channel_not_found, not_allowed, invalid_input, and as above */
  async create(
    caller: Caller,
    channelId: string,
    asked: { channelId: string; durationMs: number },
  ): Promise<InvitationView> {
    requireGrant(caller, { channelId });
    const own = await this.live.get(channelId);
    requireOwner(caller, own.ownerId, 'challenge from here');
    const other = await this.live.get(asked.channelId);
    if (other.ownerId === own.ownerId) {
      throw new DomainError('invalid_input', { reason: 'channelId: hosts can only challenge others' });
    }
    requireNotSuspended(own, other);
    const opponent = {
      blocked: await this.isBlocked(own, other),
      online: await this.im.isOnline(other.ownerId, other.id),
    };
    return this.challenges.ask(own, other, asked.durationMs, (open, tx) =>
      this.requireFree([own, other], opponent, open, tx),
    );
  }

  /** Those that the channel has made or got, newest first. @throws DomainError channel_not_found, not_allowed */
  async list(caller: Caller, channelId: string, page: PageQuery): Promise<ListView<InvitationView>> {
    requireGrant(caller, { channelId });
    const { ownerId } = await this.live.get(channelId);
    requireOwner(caller, ownerId, 'see the challenges of this channel', { admin: true });
    return this.challenges.list(channelId, page);
  }

  /** @throws DomainError invitation_not_found, not_granted, not_allowed */
  async show(caller: Caller, id: string): Promise<InvitationView> {
    const isChallenger = (await this.challenges.find(id))?.hostId === caller.userId;
    return this.requireHost(isChallenger ? 'challenger' : 'challenged', caller, id);
  }

  /** @throws DomainError invitation_not_found, not_allowed, invalid_transition */
  async reject(caller: Caller, id: string): Promise<InvitationView> {
    await this.requireHost('challenged', caller, id);
    return this.challenges.answer(id, 'rejected');
  }

  /** @throws DomainError invitation_not_found, not_allowed, invalid_transition */
  async cancel(caller: Caller, id: string): Promise<InvitationView> {
    await this.requireHost('challenger', caller, id);
    return this.challenges.answer(id, 'cancelled');
  }

  /** The challenge, if the caller is the one who may accept it. @throws DomainError invitation_not_found, not_allowed */
  async requireAsked(caller: Caller, id: string): Promise<Challenge> {
    const { channelId, toChannelId, durationMs } = await this.requireHost('challenged', caller, id);
    return { id, channelId, toChannelId: toChannelId!, durationMs: durationMs! };
  }

  /** pending → accepted, announced after the commit of `tx`. @throws DomainError invalid_transition */
  accept(caller: Caller, { id }: Challenge, tx: EntityManager): Promise<InvitationView> {
    return this.challenges.accept(id, caller.name, tx);
  }

  /** The challenge, if the caller is this host of it. @throws DomainError invitation_not_found, not_granted, not_allowed */
  private async requireHost(
    who: 'challenger' | 'challenged',
    caller: Caller,
    id: string,
  ): Promise<InvitationView> {
    const challenge = await this.challenges.find(id);
    if (!challenge) throw new DomainError('invitation_not_found', { invitationId: id });
    const { hostId, channelId, userId, toChannelId } = challenge;
    const isChallenger = who === 'challenger';
    // Each host needs a token for their own channel.
    requireGrant(caller, { channelId: isChallenger ? channelId : toChannelId! });
    if (caller.userId !== (isChallenger ? hostId : userId)) {
      throw new DomainError('not_allowed', { action: 'see, answer or cancel this invitation' });
    }
    return challenge;
  }

  private async requireFree(
    [own, other]: readonly [ChannelRecord, ChannelRecord],
    opponent: { blocked: boolean; online: boolean },
    open: readonly InvitationView[],
    tx: EntityManager,
  ): Promise<void> {
    const userId = other.ownerId;
    if (opponent.blocked) throw new DomainError('user_blocked', { userId });
    const isOwn = (one: InvitationView) => one.channelId === own.id || one.toChannelId === own.id;
    if (open.some(isOwn)) throw new DomainError('invitation_pending');
    await this.pairs.requirePairable([own, other], tx);
    if (open.length > 0) throw new DomainError('user_busy', { userId });
    if (!opponent.online) throw new DomainError('user_offline', { userId });
  }

  private async isBlocked(a: ChannelRecord, b: ChannelRecord): Promise<boolean> {
    return (
      (await this.restrictions.isBanned(b.id, a.ownerId)) ||
      (await this.restrictions.isBanned(a.id, b.ownerId))
    );
  }
}
