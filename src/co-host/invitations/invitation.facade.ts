import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../../auth';
import type { PageQuery } from '../../platform/common';
import type { InvitationView, ListView } from '../../contracts';
import type { ChannelRecord } from '../../live';
import { InvitationAccess } from './invitation-access';
import { type Outcome, InvitationLifecycle } from './invitation-lifecycle';
import { InvitationRepository } from './invitation.repository';
import { invitationView } from './invitation.view';

/** One host asks another for a match: an invitation of kind `pk`, with the same states, time and signals. */
@Injectable()
export class InvitationFacade {
  constructor(
    private readonly lifecycle: InvitationLifecycle,
    private readonly access: InvitationAccess,
    private readonly invitations: InvitationRepository,
  ) {}

  /**
   * @param durationMs how long the match is to last
   * @param check throws where it may not be asked. Under the locks of both channels and hosts; `open` are the
   * invitations of this kind that are pending for one of the two channels.
   * @throws DomainError invitation_pending, and those of `check`
   */
  ask(
    own: ChannelRecord,
    other: ChannelRecord,
    durationMs: number,
    check: (open: InvitationView[], tx: EntityManager) => Promise<void>,
  ): Promise<InvitationView> {
    const asked = {
      ...{ kind: 'pk' as const, channelId: own.id, hostId: own.ownerId, seat: null },
      ...{ toChannelId: other.id, userId: other.ownerId, userName: other.ownerName, durationMs },
    };
    return this.lifecycle.open(asked, async (tx) => {
      const open = await this.invitations.challengesOf([own.id, other.id], tx);
      return check(
        open.map((row) => invitationView(row)),
        tx,
      );
    });
  }

  /** Those that the channel has made or got, newest first. */
  async list(channelId: string, page: PageQuery): Promise<ListView<InvitationView>> {
    const { rows, nextCursor } = await this.invitations.listChallenges(channelId, page);
    return { items: rows.map((row) => invitationView(row)), nextCursor };
  }

  /** The invitation, if the caller may answer or cancel it so. @throws DomainError invitation_not_found, not_allowed */
  async party(caller: Caller, id: string, to: Outcome): Promise<InvitationView> {
    return invitationView(await this.access.party(caller, id, to, 'pk'));
  }

  /** @throws DomainError invitation_not_found, not_allowed, invalid_transition */
  async answer(caller: Caller, id: string, to: 'rejected' | 'cancelled'): Promise<InvitationView> {
    await this.access.party(caller, id, to, 'pk');
    return this.lifecycle.answer(id, to);
  }

  /** pending → accepted, announced after the commit of `tx`. @throws DomainError invalid_transition */
  async accept(caller: Caller, id: string, tx: EntityManager): Promise<InvitationView> {
    return invitationView(await this.lifecycle.accept(id, caller.name, tx));
  }
}
