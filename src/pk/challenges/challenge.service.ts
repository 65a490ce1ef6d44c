import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { type Caller, requireGrant } from '../auth';
import { DomainError, EventBus, type PageQuery } from '../platform/common';
import { CONFIG, type RuntimeConfig } from '../platform/config';
import type { InvitationView, ListView } from '../contracts';
import { ImFacade, RestrictionFacade } from '../im';
import { type ChannelRecord, LiveFacade } from '../live';
import type { Invitation } from './co-host.entity';
import { InvitationChanged } from './co-host.events';
import { CoHostJobs } from './co-host.jobs';
import { invitationStates } from './co-host.state';
import { invitationView } from './co-host.view';
import { InvitationRepository } from './invitations/invitation.repository';
import { InvitationService } from './invitations/invitation.service';
import { SessionPairs } from './session/session-pairs';

/** A challenge as the room above sees it. */
export interface Challenge {
  id: string;
  channelId: string;
  toChannelId: string;
  durationMs: number;
}

/**
 * Challenges of one host to another: invitations of kind `pk`, with the same states, time and signals. What follows
 * from an acceptance is the room above's. Refusals come in this order:
 * - `user_blocked`: one of the two is banned from the other's room.
 * - `invitation_pending`: between these two, by either; or the challenger has another one open.
 * - `user_busy`: the other is in a PK or about to end a session, is on the air elsewhere, or has another challenge open.
 * - `user_offline`: he has no connection.
 */
@Injectable()
export class Challenges {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly live: LiveFacade,
    private readonly invitations: InvitationService,
    private readonly rows: InvitationRepository,
    private readonly pairs: SessionPairs,
    private readonly jobs: CoHostJobs,
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
    if (caller.userId !== own.ownerId)
      throw new DomainError('not_allowed', { action: 'challenge from here' });
    const other = await this.live.get(asked.channelId);
    if (other.ownerId === own.ownerId) {
      throw new DomainError('invalid_input', { reason: 'channelId: nobody can challenge himself' });
    }
    const opponent = {
      blocked: await this.isBlocked(own, other),
      online: await this.im.isOnline(other.ownerId, other.id),
    };
    await this.expireOverdue([own.id, other.id]);
    const invitation = await this.bus.transaction(this.db, async (tx) => {
      await this.pairs.lock([own, other], tx);
      await this.requireFree(own, other, opponent, tx);
      const row = await this.rows.insert(this.row(own, other, asked.durationMs), tx);
      this.bus.publish(new InvitationChanged(invitationView(row)));
      return row;
    });
    await this.jobs.expireInvitation(invitation.id, this.config.INVITATION_TTL_MS);
    return invitationView(invitation);
  }

  /** Those that the channel has made or got, newest first. @throws DomainError channel_not_found, not_allowed */
  async list(caller: Caller, channelId: string, page: PageQuery): Promise<ListView<InvitationView>> {
    requireGrant(caller, { channelId });
    const { ownerId } = await this.live.get(channelId);
    if (caller.userId !== ownerId && caller.role !== 'admin') {
      throw new DomainError('not_allowed', { action: 'see the challenges of this channel' });
    }
    const { rows, nextCursor } = await this.rows.listChallenges(channelId, page);
    return { items: rows.map((row) => invitationView(row)), nextCursor };
  }

  /** @throws DomainError invitation_not_found, not_allowed, invalid_transition */
  reject(caller: Caller, id: string): Promise<InvitationView> {
    return this.invitations.reject(caller, id, 'pk');
  }

  /** @throws DomainError invitation_not_found, not_allowed, invalid_transition */
  cancel(caller: Caller, id: string): Promise<InvitationView> {
    return this.invitations.cancel(caller, id, 'pk');
  }

  /** The challenge, if the caller is the one who may accept it. @throws DomainError invitation_not_found, not_allowed */
  async requireAsked(caller: Caller, id: string): Promise<Challenge> {
    return toChallenge(await this.invitations.requireParty(caller, id, 'accepted', 'pk'));
  }

  /** pending → accepted, announced after the commit of `tx`. @throws DomainError invalid_transition */
  async accept(caller: Caller, { id }: Challenge, tx: EntityManager): Promise<InvitationView> {
    return invitationView(await this.invitations.accept({ id }, caller.name, tx));
  }

  private async requireFree(
    own: ChannelRecord,
    other: ChannelRecord,
    opponent: { blocked: boolean; online: boolean },
    tx: EntityManager,
  ): Promise<void> {
    const userId = other.ownerId;
    if (opponent.blocked) throw new DomainError('user_blocked', { userId });
    const open = await this.rows.challengesOf([own.id, other.id], tx);
    if (open.some((one) => isParty(one, own.id))) throw new DomainError('invitation_pending');
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

  private row(own: ChannelRecord, other: ChannelRecord, durationMs: number): Omit<Invitation, 'createdAt'> {
    return {
      id: randomUUID(),
      channelId: own.id,
      kind: 'pk',
      state: invitationStates.initial,
      userId: other.ownerId,
      userName: other.ownerName,
      hostId: own.ownerId,
      seat: null,
      toChannelId: other.id,
      durationMs,
      expiresAt: new Date(Date.now() + this.config.INVITATION_TTL_MS),
    };
  }

  /** One whose time is over but whose job is late must not stand in the way of the next. */
  private async expireOverdue(channelIds: string[]): Promise<void> {
    for (const one of await this.rows.challengesOf(channelIds)) {
      if (one.expiresAt.getTime() <= Date.now()) await this.invitations.expire(one.id);
    }
  }
}

function isParty({ channelId, toChannelId }: Invitation, id: string): boolean {
  return channelId === id || toChannelId === id;
}

function toChallenge({ id, channelId, toChannelId, durationMs }: Invitation): Challenge {
  return { id, channelId, toChannelId: toChannelId!, durationMs: durationMs! };
}
