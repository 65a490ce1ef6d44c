import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { type Caller, requireGrant } from '../../auth';
import { DomainError, EventBus, type PageQuery } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import type { InvitationCreate, InvitationState, InvitationView, ListView } from '../../contracts';
import { ImFacade, RestrictionFacade } from '../../im';
import { type ChannelRecord, LiveFacade } from '../../live';
import type { Invitation } from '../co-host.entity';
import { InvitationChanged } from '../co-host.events';
import { CoHostJobs } from '../co-host.jobs';
import { CoHostRepository } from '../co-host.repository';
import { invitationStates } from '../co-host.state';
import { invitationView } from '../co-host.view';
import { InvitationChecks } from './invitation-checks';
import { InvitationRepository } from './invitation.repository';
import { requireGuestSeat } from '../seats/seats';

type Settled = Exclude<InvitationState, 'pending'>;
/** What it is for: a seat (`invite`, `apply`), or a challenge (challenges.ts). */
type InvitationOf = 'seat' | 'pk';

/** Invitations of the host and applications of viewers, up to their answer (accepting: admission.service.ts). */
@Injectable()
export class InvitationService {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly live: LiveFacade,
    private readonly invitations: InvitationRepository,
    private readonly sessions: CoHostRepository,
    private readonly checks: InvitationChecks,
    private readonly jobs: CoHostJobs,
    private readonly im: ImFacade,
    private readonly restrictions: RestrictionFacade,
  ) {}

  /** @throws DomainError channel_not_found, not_allowed, invalid_input, invitation_pending, and InvitationChecks' */
  async create(caller: Caller, channelId: string, request: InvitationCreate): Promise<InvitationView> {
    requireGrant(caller, { channelId });
    const channel = await this.live.get(channelId);
    const viewer = viewerOf(caller, channel, request);
    const seat = request.seat ?? null;
    if (seat !== null) requireGuestSeat(channel.seatLimit, seat);
    await this.expireOverdue(channelId, viewer.userId);
    const row = {
      id: randomUUID(),
      channelId,
      kind: request.kind,
      state: invitationStates.initial,
      userId: viewer.userId,
      userName: viewer.name,
      hostId: channel.ownerId,
      seat,
      ...{ toChannelId: null, durationMs: null },
      expiresAt: new Date(Date.now() + this.config.INVITATION_TTL_MS),
    };
    const invitation = await this.insert(row);
    await this.jobs.expireInvitation(row.id, this.config.INVITATION_TTL_MS);
    return invitation;
  }

  /** The host (and an admin) sees all of the channel, a viewer his own. Newest first. */
  async list(caller: Caller, channelId: string, page: PageQuery): Promise<ListView<InvitationView>> {
    requireGrant(caller, { channelId });
    const { ownerId } = await this.live.get(channelId);
    const all = caller.userId === ownerId || caller.role === 'admin';
    const mine = all ? undefined : caller.userId;
    const { rows, nextCursor } = await this.invitations.list(channelId, mine, page);
    const places = await this.places(channelId);
    return { items: rows.map((row) => invitationView(row, places.get(row.id))), nextCursor };
  }

  /** Pending applications, the first first: all to the host (and an admin), to a viewer his own with its place. */
  async queue(caller: Caller, channelId: string): Promise<ListView<InvitationView>> {
    requireGrant(caller, { channelId });
    const { ownerId } = await this.live.get(channelId);
    const all = caller.userId === ownerId || caller.role === 'admin';
    const items = await this.queueViews(channelId);
    return { items: items.filter(({ userId }) => all || userId === caller.userId), nextCursor: null };
  }

  /** As `queue`, of all. */
  async queueViews(channelId: string): Promise<InvitationView[]> {
    return (await this.invitations.queue(channelId)).map((row, i) => invitationView(row, i + 1));
  }

  /** What is pending between host and viewer is over: the host wants him here no more. */
  async dismiss(channelId: string, userId: string, tx: EntityManager): Promise<void> {
    const pending = await this.invitations.pendingOf(channelId, userId, tx);
    if (pending) await this.settle(pending.id, pending.kind === 'apply' ? 'rejected' : 'cancelled', tx);
  }

  /** @throws DomainError invitation_not_found, not_allowed, invalid_transition */
  async reject(caller: Caller, id: string, of: InvitationOf = 'seat'): Promise<InvitationView> {
    return this.answer(await this.requireParty(caller, id, 'rejected', of), 'rejected');
  }

  /** @throws DomainError invitation_not_found, not_allowed, invalid_transition */
  async cancel(caller: Caller, id: string, of: InvitationOf = 'seat'): Promise<InvitationView> {
    return this.answer(await this.requireParty(caller, id, 'cancelled', of), 'cancelled');
  }

  /** Its time is over. Without effect on one that was answered. */
  async expire(id: string): Promise<void> {
    await this.bus.transaction(this.db, (tx) => this.settle(id, 'expired', tx));
  }

  /** A viewer who has left the room is not waiting for an answer any more. */
  async cancelApplication(channelId: string, userId: string): Promise<void> {
    const pending = await this.invitations.pendingOf(channelId, userId);
    if (pending?.kind !== 'apply') return;
    await this.bus.transaction(this.db, (tx) => this.settle(pending.id, 'cancelled', tx));
  }

  /**
   * The invitation, if the caller is the one who may move it to `to`: whoever was asked accepts or rejects, whoever
   * asked cancels.
   * @throws DomainError invitation_not_found, not_allowed
   */
  async requireParty(
    caller: Caller,
    id: string,
    to: Settled,
    of: InvitationOf = 'seat',
  ): Promise<Invitation> {
    const invitation = isUUID(id) ? await this.invitations.find(id) : null;
    if (!invitation || (invitation.kind === 'pk') !== (of === 'pk')) {
      throw new DomainError('invitation_not_found', { invitationId: id });
    }
    const { kind, hostId, userId, channelId, toChannelId } = invitation;
    // Each host of a challenge needs a token for his own channel.
    requireGrant(caller, { channelId: to === 'cancelled' ? channelId : (toChannelId ?? channelId) });
    const [asker, asked] = kind === 'apply' ? [userId, hostId] : [hostId, userId];
    if (caller.userId !== (to === 'cancelled' ? asker : asked)) {
      throw new DomainError('not_allowed', { action: 'answer or cancel this invitation' });
    }
    return invitation;
  }

  /**
   * pending → accepted, announced after the commit of `tx`.
   * @param userName the viewer's name, as his token says
   * @throws DomainError invalid_transition, also when its time is over and nobody has noticed yet
   */
  async accept(
    { id }: Pick<Invitation, 'id'>,
    userName: string | undefined,
    tx: EntityManager,
  ): Promise<Invitation> {
    const accepted = await this.settle(id, 'accepted', tx, userName === undefined ? {} : { userName });
    return accepted ?? this.refuse(id, 'accepted', tx);
  }

  private async answer({ id }: Invitation, to: Settled): Promise<InvitationView> {
    const row = await this.bus.transaction(
      this.db,
      async (tx) => (await this.settle(id, to, tx)) ?? this.refuse(id, to, tx),
    );
    return invitationView(row);
  }

  private async settle(
    id: string,
    to: Settled,
    tx: EntityManager,
    set: { userName?: string } = {},
  ): Promise<Invitation | null> {
    const unexpiredAt = to === 'accepted' ? new Date() : undefined;
    const row = await this.invitations.settle(id, to, tx, set, unexpiredAt);
    if (row) this.bus.publish(new InvitationChanged(invitationView(row)));
    return row;
  }

  private async refuse(id: string, to: Settled, tx: EntityManager): Promise<never> {
    const state = (await this.invitations.find(id, tx))?.state ?? 'expired';
    const from = state === 'pending' ? 'expired' : state;
    throw new DomainError('invalid_transition', { subject: invitationStates.subject, from, to });
  }

  private async insert(row: Omit<Invitation, 'createdAt'>): Promise<InvitationView> {
    const { channelId, userId, hostId, kind } = row;
    const viewer = {
      blocked: await this.restrictions.isBanned(channelId, userId),
      online: kind === 'apply' || (await this.im.isOnline(userId, channelId)),
    };
    try {
      return await this.bus.transaction(this.db, async (tx) => {
        await this.sessions.lockChannel(channelId, tx);
        await this.sessions.lockUsers([userId, hostId], tx);
        await this.checks.mayAsk(row, viewer, tx);
        const invitation = await this.invitations.insert(row, tx);
        const view = invitationView(invitation, (await this.places(channelId, tx)).get(invitation.id));
        this.bus.publish(new InvitationChanged(view));
        return view;
      });
    } catch (error) {
      if (isDuplicate(error)) throw new DomainError('invitation_pending');
      throw error;
    }
  }

  /** Place in the queue by id. */
  private async places(channelId: string, tx?: EntityManager): Promise<Map<string, number>> {
    return new Map((await this.invitations.queue(channelId, tx)).map(({ id }, i) => [id, i + 1]));
  }

  /** One whose time is over but whose job is late must not stand in the way of the next. */
  private async expireOverdue(channelId: string, userId: string): Promise<void> {
    const pending = [
      await this.invitations.pendingOf(channelId, userId),
      await this.invitations.inviteOf(userId),
    ];
    for (const one of pending) if (one && one.expiresAt.getTime() <= Date.now()) await this.expire(one.id);
  }
}

/** Who would go on the air, if the caller may ask for it. An invited viewer's name is not known yet. */
function viewerOf(
  caller: Caller,
  { ownerId }: ChannelRecord,
  { kind, userId }: InvitationCreate,
): { userId: string; name: string } {
  if (kind === 'apply') {
    if (caller.userId === ownerId)
      throw new DomainError('not_allowed', { action: 'apply to your own channel' });
    if (userId !== undefined && userId !== caller.userId) {
      throw new DomainError('not_allowed', { action: 'apply for somebody else' });
    }
    return { userId: caller.userId, name: caller.name };
  }
  if (caller.userId !== ownerId) throw new DomainError('not_allowed', { action: 'invite on this channel' });
  if (userId === undefined) throw new DomainError('invalid_input', { reason: 'userId: whom to invite?' });
  if (userId === ownerId)
    throw new DomainError('invalid_input', { reason: 'userId: the host has his seat already' });
  return { userId, name: userId };
}

function isDuplicate(error: unknown): boolean {
  return error instanceof QueryFailedError && (error.driverError as { code?: string }).code === '23505';
}
