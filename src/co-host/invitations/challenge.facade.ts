import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { EntityManager } from 'typeorm';
import type { PageQuery } from '../../platform/common';
import type { InvitationView, ListView } from '../../contracts';
import type { ChannelRecord } from '../../live';
import { InvitationLifecycle } from './invitation-lifecycle';
import { InvitationRepository } from './invitation.repository';
import { invitationView } from './invitation.view';

/** Challenges of one host to another: invitations of kind `pk`, with the same states, time and signals. */
@Injectable()
export class ChallengeFacade {
  constructor(
    private readonly lifecycle: InvitationLifecycle,
    private readonly invitations: InvitationRepository,
  ) {}

  /**
   * @param durationMs how long the match is to last
   * @param check throws where it may not be asked. Under the locks of both channels and hosts; `open` are the
   * challenges that are pending for one of the two channels.
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

  /** null: there is no challenge of this id. */
  async find(id: string): Promise<InvitationView | null> {
    const invitation = isUUID(id) ? await this.invitations.find(id) : null;
    return invitation?.kind === 'pk' ? invitationView(invitation) : null;
  }

  /** @throws DomainError invalid_transition */
  answer(id: string, to: 'rejected' | 'cancelled'): Promise<InvitationView> {
    return this.lifecycle.answer(id, to);
  }

  /**
   * pending → accepted, announced after the commit of `tx`.
   * @param userName name of the host who accepts
   * @throws DomainError invalid_transition
   */
  async accept(id: string, userName: string, tx: EntityManager): Promise<InvitationView> {
    return invitationView(await this.lifecycle.accept(id, userName, tx));
  }
}
