import { Injectable } from '@nestjs/common';
import { type Caller, isOwnerOrAdmin, requireGrant, requireOwner } from '../../auth';
import { DomainError, type PageQuery } from '../../platform/common';
import type { InvitationCreate, InvitationView, ListView } from '../../contracts';
import { ImFacade, RestrictionFacade } from '../../im';
import { type ChannelRecord, LiveFacade, requireNotSuspended } from '../../live';
import { requireGuestSeat } from '../seats/seat-plan';
import { InvitationAccess } from './invitation-access';
import { InvitationChecks } from './invitation-checks';
import { InvitationLifecycle } from './invitation-lifecycle';
import { InvitationRepository } from './invitation.repository';
import { invitationView, queueViews } from './invitation.view';

/** Invitations of the host and applications of viewers, up to their answer (accepting: admission.service.ts). */
@Injectable()
export class InvitationService {
  constructor(
    private readonly live: LiveFacade,
    private readonly invitations: InvitationRepository,
    private readonly lifecycle: InvitationLifecycle,
    private readonly access: InvitationAccess,
    private readonly checks: InvitationChecks,
    private readonly im: ImFacade,
    private readonly restrictions: RestrictionFacade,
  ) {}

  /**
   * @throws DomainError channel_not_found, not_allowed, invalid_input, channel_suspended, invitation_pending, and
   * InvitationChecks'
   */
  async create(caller: Caller, channelId: string, request: InvitationCreate): Promise<InvitationView> {
    requireGrant(caller, { channelId });
    const channel = await this.live.get(channelId);
    const { userId, name } = viewerOf(caller, channel, request);
    requireNotSuspended(channel);
    const { kind, seat = null } = request;
    if (seat !== null) requireGuestSeat(channel.seatLimit, seat);
    const viewer = {
      blocked: await this.restrictions.isBanned(channelId, userId),
      online: kind === 'apply' || (await this.im.isOnline(userId, channelId)),
    };
    const asked = {
      ...{ channelId, kind, seat, userId, userName: name, hostId: channel.ownerId },
      ...{ toChannelId: null, durationMs: null },
    };
    return this.lifecycle.open(asked, (tx) => this.checks.mayAsk(asked, viewer, tx));
  }

  /** The host (and an admin) sees all of the channel, viewers their own. Newest first. */
  async list(caller: Caller, channelId: string, page: PageQuery): Promise<ListView<InvitationView>> {
    const mine = (await this.seesAll(caller, channelId)) ? undefined : caller.userId;
    const { rows, nextCursor } = await this.invitations.list(channelId, mine, page);
    const queue = queueViews(await this.invitations.queue(channelId));
    const position = new Map(queue.map((waiting) => [waiting.id, waiting.position]));
    return { items: rows.map((row) => invitationView(row, position.get(row.id))), nextCursor };
  }

  /** Pending applications, the first first: all to the host (and an admin), to viewers their own with its place. */
  async queue(caller: Caller, channelId: string): Promise<ListView<InvitationView>> {
    const all = await this.seesAll(caller, channelId);
    const items = queueViews(await this.invitations.queue(channelId));
    return { items: items.filter(({ userId }) => all || userId === caller.userId), nextCursor: null };
  }

  /** @throws DomainError invitation_not_found, not_granted, not_allowed */
  async show(caller: Caller, id: string): Promise<InvitationView> {
    const invitation = await this.access.parties(caller, id);
    const queue = queueViews(await this.invitations.queue(invitation.channelId));
    return queue.find((waiting) => waiting.id === id) ?? invitationView(invitation);
  }

  /** @throws DomainError invitation_not_found, not_allowed, invalid_transition */
  async reject(caller: Caller, id: string): Promise<InvitationView> {
    const invitation = await this.access.party(caller, id, 'rejected');
    return this.lifecycle.answer(invitation.id, 'rejected');
  }

  /** @throws DomainError invitation_not_found, not_allowed, invalid_transition */
  async cancel(caller: Caller, id: string): Promise<InvitationView> {
    const invitation = await this.access.party(caller, id, 'cancelled');
    return this.lifecycle.answer(invitation.id, 'cancelled');
  }

  private async seesAll(caller: Caller, channelId: string): Promise<boolean> {
    requireGrant(caller, { channelId });
    const { ownerId } = await this.live.get(channelId);
    return isOwnerOrAdmin(caller, ownerId);
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
  requireOwner(caller, ownerId, 'invite on this channel');
  if (userId === undefined) throw new DomainError('invalid_input', { reason: 'userId: whom to invite?' });
  if (userId === ownerId)
    throw new DomainError('invalid_input', { reason: 'userId: the host has a seat already' });
  return { userId, name: userId };
}
