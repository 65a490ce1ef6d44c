import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError } from '../../platform/common';
import type { InvitationKind } from '../../contracts';
import { BanRepository } from '../bans/ban.repository';
import { chooseSeat } from '../seats/seat-plan';
import { MemberRepository } from '../seats/member.repository';
import { isSeated } from '../seats/seat.state';
import type { CoHostSession } from '../session/session.entity';
import { SessionRepository } from '../session/session.repository';
import { InvitationRepository } from './invitation.repository';

/** Applications that wait on one channel at the same time. */
export const MAX_QUEUE = 100;

interface Asked {
  channelId: string;
  kind: InvitationKind;
  userId: string;
  hostId: string;
  seat: number | null;
}

/**
 * Whether a viewer can be asked, or ask, to go on the air. Refusals come in this order:
 * - `user_blocked`: banned from the session, or from the channel's room.
 * - `already_on_air`: here.
 * - `user_busy`: on the air (or hosting) elsewhere, or invited by another host. Applications to other channels make
 *   nobody busy. An application is refused too where its host is on the air elsewhere.
 * - `user_offline`: an invited viewer without any connection. An application waits for a host who is offline.
 * - `seat_taken`, `seat_locked`: of a seat that was asked for.
 * - `queue_full`.
 */
@Injectable()
export class InvitationChecks {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly members: MemberRepository,
    private readonly bans: BanRepository,
    private readonly invitations: InvitationRepository,
  ) {}

  /**
   * Under the locks of channel and users.
   * @param viewer what im says of them
   */
  async mayAsk(
    asked: Asked,
    viewer: { blocked: boolean; online: boolean },
    tx: EntityManager,
  ): Promise<void> {
    const { channelId, kind, userId, hostId } = asked;
    const session = await this.sessions.findActive(channelId, tx);
    if (viewer.blocked) throw new DomainError('user_blocked', { userId });
    if (session) await this.requireUnbanned(session, userId, tx);
    const members = session ? await this.members.ofSession(session.id, tx) : [];
    if (members.some((m) => m.userId === userId && isSeated(m))) {
      throw new DomainError('already_on_air');
    }
    await this.requireFree(channelId, kind === 'apply' ? [userId, hostId] : [userId], tx);
    if (kind === 'invite') {
      const other = await this.invitations.inviteOf(userId, tx);
      if (other && other.channelId !== channelId) throw new DomainError('user_busy', { userId });
      if (!viewer.online) throw new DomainError('user_offline', { userId });
    }
    if (session && asked.seat !== null) chooseSeat(session, members, asked.seat);
    if (kind === 'apply') await this.requireRoom(channelId, tx);
  }

  /** @throws DomainError user_blocked */
  async requireUnbanned({ id }: CoHostSession, userId: string, tx: EntityManager): Promise<void> {
    if (await this.bans.has(id, userId, tx)) throw new DomainError('user_blocked', { userId });
  }

  /** None of them is on the air elsewhere. @throws DomainError user_busy */
  async requireFree(channelId: string, userIds: readonly string[], tx: EntityManager): Promise<void> {
    for (const userId of userIds) {
      if (await this.members.isBusy(userId, channelId, tx)) throw new DomainError('user_busy', { userId });
    }
  }

  private async requireRoom(channelId: string, tx: EntityManager): Promise<void> {
    const waiting = await this.invitations.queue(channelId, tx);
    if (waiting.length >= MAX_QUEUE) throw new DomainError('queue_full', { limit: MAX_QUEUE });
  }
}
