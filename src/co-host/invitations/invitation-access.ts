import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { type Caller, requireGrant } from '../../auth';
import { DomainError } from '../../platform/common';
import type { Outcome } from './invitation-lifecycle';
import type { Invitation } from './invitation.entity';
import { InvitationRepository } from './invitation.repository';

/** An invitation to a seat, for the callers who may answer or cancel it. */
@Injectable()
export class InvitationAccess {
  constructor(private readonly invitations: InvitationRepository) {}

  /**
   * The invitation, if the caller may move it to `to`: the party that was asked accepts or rejects, the party that
   * asked cancels.
   * @throws DomainError invitation_not_found, not_granted, not_allowed
   */
  async party(caller: Caller, id: string, to: Outcome): Promise<Invitation> {
    const invitation = await this.parties(caller, id);
    const { kind, hostId, userId } = invitation;
    const [asker, asked] = kind === 'apply' ? [userId, hostId] : [hostId, userId];
    if (caller.userId !== (to === 'cancelled' ? asker : asked)) {
      throw new DomainError('not_allowed', { action: 'answer or cancel this invitation' });
    }
    return invitation;
  }

  /** For either party. @throws DomainError invitation_not_found, not_granted, not_allowed */
  async parties(caller: Caller, id: string): Promise<Invitation> {
    const invitation = isUUID(id) ? await this.invitations.find(id) : null;
    if (!invitation || invitation.kind === 'pk') {
      throw new DomainError('invitation_not_found', { invitationId: id });
    }
    const { hostId, userId, channelId } = invitation;
    requireGrant(caller, { channelId });
    if (![hostId, userId].includes(caller.userId)) {
      throw new DomainError('not_allowed', { action: 'see this invitation' });
    }
    return invitation;
  }
}
